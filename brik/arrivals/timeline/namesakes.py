"""People of the timeline who share no number, but a name and a day of birth: they may be one, with a new number.

Part of the timeline, and pure as it is. Somebody who had a D-number is given a national id; a message with the new
number would make a second person, whom nobody connects with the first. So a leader is asked:

- Only what the service sends is compared: by a name and a number that staff make up, nobody finds out who is known.
- Of two people the one who was known first stands. The other waits, with all their messages, until a leader answers.
- Whoever has been in use is not taken away again: where two become namesakes later, both stand while it is asked.
- The answer holds for the events that were compared, in every version of them, and for all with the same numbers.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Final

from brik.arrivals.xml.messages import MADE_HERE, MessageContent, MessageType
from brik.definitions.name_comparison import folded
from brik.people.identifiers.numbers import Number, NumberKind, birth_digits

# How the question begins that asks whether a person with a new number is somebody known.
NAMESAKE: Final = "navn:"
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
_KINDS = list(NumberKind)


def likeness(numbers: Iterable[Number], name: Sequence[str] | None) -> str | None:
    """What namesakes have in common: the words of the name, folded, and day, month and year of birth in two digits.

    The century is left out, since not every kind of number tells it. None where the name or the day is not known.
    """
    words = " ".join(sorted(folded(" ".join(name or ())).split()))
    in_order = sorted(numbers, key=lambda number: _KINDS.index(number.kind))
    born = next(filter(None, map(birth_digits, in_order)), None)
    return f"{words}|{born}" if words and born else None


@dataclass(frozen=True)
class NamesakeQuestion:
    """A question about somebody, by their place in the list: is it the person that the message ``about`` tells of?

    ``message`` carries it. ``waits``: nothing about them is in use until it is answered.
    """

    place: int
    message: MessageContent
    about: MessageContent
    answered: bool = True
    waits: bool = False

    @property
    def question(self) -> str:
        return _question_about(_event(self.about))


class Namesakes:
    """The answers given about namesakes among these messages, and the questions that are left.

    ``received`` are all messages, also those replaced: a corrected message stands since its first version came.
    """

    def __init__(self, received: Collection[MessageContent], answers: Mapping[tuple[str, str], bool]) -> None:
        self._since: dict[str, datetime] = {}
        self._versions: dict[str, list[MessageContent]] = defaultdict(list)
        self._answers: dict[tuple[str, str], bool] = {}
        sent = [message for message in received if message.type is not MessageType.DELETION]
        for message in sorted(sent, key=lambda message: (message.order, message.digest)):
            event, came = _event(message), _received(message)
            for key in (message.message_id, event):
                self._since[key] = min(came, self._since.get(key, came))
            self._versions[event].append(message)
            # In order: a later version of a message carries the later answer.
            for (message_id, question), same in answers.items():
                if message_id == message.message_id and question.startswith(NAMESAKE):
                    self._answers[event, question] = same

    def same_numbers(self, counting: Iterable[MessageContent]) -> dict[Number, frozenset[Number]]:
        """The numbers that a leader has called one person's, each with all that belong to it."""
        of_event = {_event(message): message.numbers for message in counting if message.type not in MADE_HERE}
        of_question = {_question_about(event): numbers for event, numbers in of_event.items()}
        groups: list[frozenset[Number]] = []
        for (event, question), same in self._answers.items():
            if same and event in of_event and question in of_question:
                joined = of_event[event] | of_question[question]
                touched = [group for group in groups if group & joined]
                groups = [group for group in groups if not group & joined] + [joined.union(*touched)]
        return {number: group for group in groups for number in group}

    def questions(self, people: Sequence[Sequence[MessageContent]]) -> Iterator[NamesakeQuestion]:
        """For each person the first open question, else the last answered with no; and those answered with yes."""
        compared = [_of_the_service(messages) for messages in people]
        known = sorted(
            (place for place, messages in enumerate(compared) if messages),
            key=lambda place: self._known_since(people[place]),
        )
        for position, place in enumerate(known):
            named = [older for older in known[:position] if any(message.category for message in people[older])]
            asked = [
                question
                for older in named
                if (question := self._between(place, people[place], compared[place], compared[older])) is not None
            ]
            still_open = [question for question in asked if not question.answered]
            yield from (still_open or asked[-1:])[:1]
            yield from (
                NamesakeQuestion(place, *pair) for pair in self._answered_pairs(compared[place], compared[place])
            )

    def _between(
        self,
        place: int,
        messages: Sequence[MessageContent],
        own: Sequence[MessageContent],
        others: Sequence[MessageContent],
    ) -> NamesakeQuestion | None:
        """What is asked, or was, about the person at ``place``: ``own`` are the messages of the service about them."""
        if not _likenesses(own) & _likenesses(others):
            return None
        for pair in chain(self._answered_pairs(own, others), self._answered_pairs(others, own)):
            return NamesakeQuestion(place, *pair)
        entered, about = self._entered(messages), min(others, key=self._came)
        waits = len(own) == len(messages) and self._came_as_namesake(entered, others)
        waits = waits or not any(message.category for message in messages)
        carrier = entered if waits else min(own, key=self._came)
        return NamesakeQuestion(place, carrier, about, answered=False, waits=waits)

    def _came_as_namesake(self, entered: MessageContent, others: Iterable[MessageContent]) -> bool:
        """Whether ``entered`` was like one of ``others`` when it came, and no leader has answered at it."""
        if any(event == _event(entered) for event, _question in self._answers):
            return False
        first, *_later = sorted(self._versions[_event(entered)], key=_received)
        if not first.numbers & entered.numbers:
            # It was about somebody else at first, and stood as that.
            return False
        begins, numbers = self._begins(entered), {number for message in others for number in message.numbers}
        versions = [version for message in others for version in self._versions[_event(message)]]
        before = [version for version in versions if _received(version) <= begins and version.numbers & numbers]
        return _likeness_of(first) in _likenesses(before)

    def _answered_pairs(
        self, carriers: Iterable[MessageContent], others: Iterable[MessageContent]
    ) -> Iterator[tuple[MessageContent, MessageContent]]:
        """The messages among ``carriers`` at which a leader has answered about one of ``others``, with that one."""
        asked_of = {_question_about(_event(message)): message for message in others}
        for carrier in sorted(carriers, key=self._came):
            questions = sorted(question for event, question in self._answers if event == _event(carrier))
            yield from ((carrier, asked_of[question]) for question in questions if question in asked_of)

    def _entered(self, messages: Sequence[MessageContent]) -> MessageContent:
        """The message that made the person known: the first with a category, else the first."""
        return min(messages, key=lambda message: (not message.category, *self._came(message)))

    def _known_since(self, messages: Sequence[MessageContent]) -> tuple[bool, datetime, str]:
        entered = self._entered(messages)
        return (not entered.category, *self._came(entered))

    def _came(self, message: MessageContent) -> tuple[datetime, str]:
        return (self._begins(message), message.message_id)

    def _begins(self, message: MessageContent) -> datetime:
        """Since when the message has had an effect: one that is told ahead has none before its moment."""
        came = min(self._since[message.message_id], self._since[_event(message)])
        if message.type is MessageType.RELEASE or message.happened_at is None:
            return came
        return max(came, message.happened_at)


def _event(message: MessageContent) -> str:
    return message.event_id or message.message_id


def _question_about(event: str) -> str:
    return NAMESAKE + hashlib.sha256(event.encode()).hexdigest()[:24]


def _received(message: MessageContent) -> datetime:
    return message.received_at or _BEFORE_ALL


def _of_the_service(messages: Iterable[MessageContent]) -> list[MessageContent]:
    return [message for message in messages if message.type not in MADE_HERE]


def _likeness_of(message: MessageContent) -> str | None:
    return likeness(message.numbers, message.name)


def _likenesses(messages: Iterable[MessageContent]) -> set[str]:
    return set(filter(None, map(_likeness_of, messages)))
