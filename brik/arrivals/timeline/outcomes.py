"""The outcome of a message, for the command line and for the sender."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from brik.arrivals.timeline.standings import Fate
from brik.arrivals.timeline.stay_effects import StayEffect
from brik.people.models import Person


class MessageStatus(StrEnum):
    ACCEPTED = "ACCEPTED"
    DUPLICATE = "DUPLICATE"
    PARKED = "PARKED"
    REJECTED = "REJECTED"


# For the sender: why a message that was taken in is not in use now.
FATE_SENTENCES = {
    Fate.APPLIED.value: "",
    Fate.NUMBERLESS.value: "",
    Fate.AHEAD.value: "Tas i bruk når tiden er kommet.",
    Fate.SET_ASIDE.value: "Lagt til side av leder.",
    Fate.COPY.value: "En annen avsender har meldt det samme.",
    Fate.REPLACED.value: "En nyere versjon av hendelsen gjelder.",
    Fate.DELETED.value: "Avsenderen har slettet meldingen.",
    Fate.UNMATCHED.value: "Meldingen som skal slettes, er ikke mottatt. Den blir slettet om den kommer.",
}


@dataclass(frozen=True)
class MessageOutcome:
    """``reason`` is a sentence without personal data; ``waits`` is true while a leader has to answer.

    ``people`` are those whose stays may have changed. ``left_out`` has the names of the optional elements that could
    not be read.
    """

    status: MessageStatus
    message_id: str
    reason: str = ""
    person: Person | None = None
    effects: list[StayEffect] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    waits: bool = False
    malformed: bool = False
    left_out: tuple[str, ...] = ()

    @property
    def what_was_left_out(self) -> str:
        """A sentence for the sender; empty where all could be read."""
        names = ", ".join(self.left_out)
        return f"Tatt imot uten det som ikke kunne leses: {names}." if names else ""
