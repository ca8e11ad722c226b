"""The tables of this room, each in a file named by its subject."""

from brik.mapping.record.closed_work import Notice, NoticeKind
from brik.mapping.record.interviews import (
    AreaState,
    FormKind,
    InterviewState,
    Language,
    Mapping,
    PublishedForm,
    Section,
)

__all__ = [
    "AreaState",
    "FormKind",
    "InterviewState",
    "Language",
    "Mapping",
    "Notice",
    "NoticeKind",
    "PublishedForm",
    "Section",
]
