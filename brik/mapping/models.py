"""The tables of this room, each in a file named by its subject."""

from brik.mapping.record.closed_work import Notice, NoticeKind
from brik.mapping.record.interviews import AreaState, Kind, Language, Mapping, PublishedForm, Section, State

__all__ = ["AreaState", "Kind", "Language", "Mapping", "Notice", "NoticeKind", "PublishedForm", "Section", "State"]
