"""The outcome of a message, for the command line and for the sender."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from brik.arrivals.timeline.standings import WAITING, Fate, ParkedReason
from brik.arrivals.timeline.stay_effects import StayEffect
from brik.people.models import Person

if TYPE_CHECKING:
    from brik.arrivals.models import Message
    from brik.arrivals.timeline.rebuild import Rebuilt


class MessageStatus(StrEnum):
    ACCEPTED = "ACCEPTED"
    DUPLICATE = "DUPLICATE"
    PARKED = "PARKED"
    REJECTED = "REJECTED"


# For the sender: why a message that was taken in is not in use now.
_FATE_SENTENCES = {
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

    @classmethod
    def of(cls, rebuilt: Rebuilt) -> Self:
        """The outcome of a message after which persons and stays were rebuilt."""
        row, first = rebuilt.row, rebuilt.row.first_to_say()
        return cls(
            status=_status(first),
            message_id=row.message_id,
            reason=_sentence(row),
            person=rebuilt.person,
            effects=rebuilt.effects,
            people=rebuilt.people,
            waits=first.fate in WAITING,
            left_out=rebuilt.left_out,
        )

    @classmethod
    def of_duplicate(cls, row: Message, *, left_out: tuple[str, ...]) -> Self:
        """The outcome of a message that says what ``row`` said before; one that was rejected then still is."""
        first = row.first_to_say()
        rejected = _status(first) is MessageStatus.REJECTED
        return cls(
            status=MessageStatus.REJECTED if rejected else MessageStatus.DUPLICATE,
            message_id=row.message_id,
            reason=_sentence(row) if rejected else f"Mottatt før. {_sentence(row)}".strip(),
            person=row.person,
            waits=first.fate in WAITING,
            left_out=left_out,
        )

    @property
    def what_was_left_out(self) -> str:
        """A sentence for the sender; empty where all could be read."""
        names = ", ".join(self.left_out)
        return f"Tatt imot uten det som ikke kunne leses: {names}." if names else ""


def _status(row: Message) -> MessageStatus:
    if row.why == ParkedReason.OTHER_SENDER:
        return MessageStatus.REJECTED
    return MessageStatus.PARKED if row.fate == Fate.PARKED else MessageStatus.ACCEPTED


def _sentence(row: Message) -> str:
    """For the sender: what the message waits for, or why it is not in use."""
    because = row.fate in WAITING or row.why == ParkedReason.OTHER_SENDER
    return str(row.get_why_display() if because else _FATE_SENTENCES[row.fate])
