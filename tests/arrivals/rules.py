"""The rules of the timeline read a second time, one sentence after the other, to compare what the program makes of them.

Nothing here is taken from the program but what a message says. Slow and simple: every rule asks all messages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from brik.arrivals.timeline.timeline import version_question
from brik.arrivals.xml.messages import MessageContent, MessageType

BY_STAFF = (MessageType.BY_HAND, MessageType.NUMBER_BY_HAND)
PLACES_SOMEBODY = (MessageType.ARRIVAL, MessageType.TRANSFER)


@dataclass(frozen=True)
class Rules:
    """All messages in the order in which they came, and the leaders' answers."""

    messages: Sequence[MessageContent]
    answers: Mapping[tuple[str, str], bool]

    def fate(self, message: MessageContent) -> str:
        """Whether it counts, and if not, why."""
        if message.type is MessageType.DELETION:
            return self._fate_of_deletion(message)
        if self.is_deleted(message):
            return "deleted"
        if self.is_the_one_in_use(message) and not self.is_last_of_its_event(message):
            return "replaced"
        if self.is_said_before(message):
            return "another says the same"
        return "counts" if self.is_the_one_in_use(message) else "another with its id is in use"

    def _fate_of_deletion(self, deletion: MessageContent) -> str:
        if not self.is_in_force(deletion):
            return "another with its id is in use"
        named = [other for other in self.ordinary() if other.message_id == deletion.deletes]
        if not named:
            return "its message has not come"
        own = [other for other in named if other.sender == deletion.sender and other.type not in BY_STAFF]
        return "counts" if own else "its message is another's"

    def ordinary(self) -> list[MessageContent]:
        return [message for message in self.messages if message.type is not MessageType.DELETION]

    def is_in_force(self, deletion: MessageContent) -> bool:
        """Of several deletions of one sender with one id, the first that came."""
        for other in self.messages:
            same = (other.type, other.message_id, other.sender) == (deletion.type, deletion.message_id, deletion.sender)
            if same:
                return other is deletion
        raise AssertionError("it is one of them")

    def is_deleted(self, message: MessageContent) -> bool:
        """Its own sender has deleted it, before or after; what the staff have written nobody deletes."""
        return message.type not in BY_STAFF and any(
            other.type is MessageType.DELETION
            and other.deletes == message.message_id
            and other.sender == message.sender
            and self.is_in_force(other)
            for other in self.messages
        )

    def is_the_one_in_use(self, message: MessageContent) -> bool:
        """Of different ones with one id: the first that came, or what a leader chose when another came, until asked again."""
        came: list[str] = []
        for other in self.ordinary():
            if other.message_id == message.message_id and other.digest not in came:
                came.append(other.digest)
        used = came[0]
        for number in range(2, len(came) + 1):
            several = came[:number]
            said = [self.answers.get((message.message_id, version_question(digest, several))) for digest in several]
            if said.count(True) == 1:
                used = came[said.index(True)]
            elif said[came.index(used)] is False:
                used = came[0]
        return used == message.digest

    def is_last_of_its_event(self, message: MessageContent) -> bool:
        """Its sender has told nothing of the event after it, deleted or not. What others tell replaces nothing."""
        return not message.event_id or not any(
            (other.event_id, other.sender) == (message.event_id, message.sender)
            and (other.order, other.digest) > (message.order, message.digest)
            and self.is_the_one_in_use(other)
            for other in self.ordinary()
        )

    def is_said_before(self, message: MessageContent) -> bool:
        """Another sender has said the same before, and has neither deleted nor replaced it."""
        messages = self.ordinary()
        return any(
            (other.message_id, other.digest) == (message.message_id, message.digest)
            and not self.is_deleted(other)
            and (self.is_last_of_its_event(other) or not self.is_the_one_in_use(other))
            for other in messages[: messages.index(message)]
        )


@dataclass
class _Sojourn:
    """A stay as it is read from the messages, one after the other."""

    began: datetime
    releases: list[MessageContent]
    followed: bool = False
    unit: str = ""


def whereabouts(counting: Sequence[MessageContent], at: datetime) -> list[tuple[datetime, str, bool]]:
    """Each stay of one person at a moment: when it began, in which unit it is, and whether it is over.

    ``counting``: arrivals, transfers and releases of the person, each with a category.
    """
    come = [message for message in counting if message.happened_at and message.happened_at <= at]
    stays = _begun(come)
    if stays:
        # Of several releases the last that was told counts, also one that says that it is still to come.
        ahead = [message for message in counting if message not in come and message.type is MessageType.RELEASE]
        stays[-1].releases += ahead
    for message in sorted(come, key=lambda message: message.order):
        begun = [stay for stay in stays if message.happened_at and stay.began <= message.happened_at]
        if begun and message.type in PLACES_SOMEBODY and message.place is not None:
            begun[-1].unit = message.place.number
    return [(stay.began, stay.unit, stay.followed or _has_come(stay.releases, at)) for stay in stays]


def _begun(come: Sequence[MessageContent]) -> list[_Sojourn]:
    """The stays in order, each with its releases; at one moment the release comes before the arrival."""
    stays: list[_Sojourn] = []
    for moment in sorted({message.happened_at for message in come if message.happened_at}):
        now = sorted((message for message in come if message.happened_at == moment), key=lambda message: message.order)
        releases = [message for message in now if message.type is MessageType.RELEASE]
        if stays:
            stays[-1].releases += releases
        for message in (message for message in now if message.type in PLACES_SOMEBODY):
            last = stays[-1] if stays else None
            if last is None:
                # Nobody was here before: a release of the same moment that was told later ends this stay.
                stays.append(_Sojourn(moment, [other for other in releases[-1:] if other.order > message.order]))
            elif last.began != moment and (message.type is MessageType.ARRIVAL or last.releases):
                last.followed = not last.releases
                stays.append(_Sojourn(moment, []))
    return stays


def _has_come(releases: list[MessageContent], at: datetime) -> bool:
    last = max(releases, key=lambda message: message.order, default=None)
    return last is not None and last.happened_at is not None and last.happened_at <= at
