"""The tables of this room, each in a file named by its subject."""

from brik.mapping.record.closed_work import Notice, NoticeKind
from brik.mapping.record.interviews import (
    AreaState,
    FormKind,
    InterviewState,
    Mapping,
    PublishedForm,
    Section,
)

__all__ = [
    "AreaState",
    "FormKind",
    "InterviewState",
    "Mapping",
    "Notice",
    "NoticeKind",
    "PublishedForm",
    "Section",
]
