"""The tables of this room, each in a file named by its subject."""

from brik.mapping.record.closed_work import Notice, NoticeKind
from brik.mapping.record.interviews import Mapping, PublishedForm, Section
from brik.mapping.record.person_gate import PersonGate
from brik.mapping.record.states import AreaState, InterviewState, Renewed
from brik.mapping.voluntariness.answer_counts import VoluntarinessCount, VoluntarinessTurn

__all__ = [
    "AreaState",
    "InterviewState",
    "Mapping",
    "Notice",
    "NoticeKind",
    "PersonGate",
    "PublishedForm",
    "Renewed",
    "Section",
    "VoluntarinessCount",
    "VoluntarinessTurn",
]
