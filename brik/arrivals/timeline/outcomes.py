"""What came of a message: told to the command line and to the sender alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from brik.arrivals.timeline.stay_effects import StayEffect
from brik.arrivals.timeline.timeline import Fate
from brik.people.models import Person


class MessageStatus(StrEnum):
    ACCEPTED = "ACCEPTED"
    DUPLICATE = "DUPLICATE"
    PARKED = "PARKED"
    REJECTED = "REJECTED"


# Said of a message that is taken in but does not count at present.
FATE_SENTENCES = {
    Fate.APPLIED.value: "",
    Fate.SET_ASIDE.value: "Lagt til side av leder.",
    Fate.REPLACED.value: "En nyere versjon av hendelsen gjelder.",
    Fate.DELETED.value: "Avsenderen har slettet meldingen.",
}


@dataclass(frozen=True)
class MessageOutcome:
    """``reason`` is for people and holds nothing about anybody; ``waits`` is true while a leader has to answer."""

    status: MessageStatus
    message_id: str
    reason: str = ""
    person: Person | None = None
    effects: list[StayEffect] = field(default_factory=list)
    waits: bool = False
    malformed: bool = False
