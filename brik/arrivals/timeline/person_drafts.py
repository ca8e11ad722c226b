"""People as the messages tell of them: messages that share a number in use are about one person.

Part of the timeline, and pure as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from brik.arrivals.timeline.namesakes import NAMESAKE
from brik.arrivals.timeline.standings import BY_HAND, VERSIONS, Fate, MessageStanding, ParkedReason
from brik.arrivals.xml.messages import MADE_HERE, MessageContent, MessageType
from brik.people.identifiers.numbers import SINGLE_VALUED, Number


@dataclass
class PersonDraft:
    """One person while their messages are collected."""

    messages: list[MessageContent] = field(default_factory=list)
    numbers: set[Number] = field(default_factory=set)
    # Also those that a leader has called this person's, whether a message in use has them or not.
    known_numbers: set[Number] = field(default_factory=set)


def collect(
    counting: list[MessageContent],
    answers: Mapping[tuple[str, str], bool],
    standings: dict[tuple[str, str], MessageStanding],
    same_numbers: Mapping[Number, frozenset[Number]],
    by_hand: Mapping[str, frozenset[Number]],
) -> list[PersonDraft]:
    """Group messages into people by their numbers; a message that needs a leader's answer waits.

    ``same_numbers`` has the numbers that belong together, as a leader has answered; ``by_hand`` those in use of each
    message that staff have written.
    """
    people: list[PersonDraft] = []
    owner: dict[Number, PersonDraft] = {}
    for message in counting:
        if message.type in MADE_HERE and message.numbers:
            numbers = _numbers_by_hand(message, answers, standings, by_hand)
        else:
            numbers = _numbers_in_use(message, answers, owner, standings)
        if numbers is None:
            continue
        touched = _drafts_with(numbers, owner)
        someone = touched[0] if touched else PersonDraft()
        if not touched:
            people.append(someone)
        for other in touched[1:]:
            someone.messages += other.messages
            someone.numbers |= other.numbers
            someone.known_numbers |= other.known_numbers
            people.remove(other)
        someone.messages.append(message)
        someone.numbers |= numbers
        someone.known_numbers |= numbers.union(*(same_numbers.get(number, ()) for number in numbers))
        owner.update(dict.fromkeys(someone.known_numbers, someone))
    return people


def _numbers_by_hand(
    message: MessageContent,
    answers: Mapping[tuple[str, str], bool],
    standings: dict[tuple[str, str], MessageStanding],
    by_hand: Mapping[str, frozenset[Number]],
) -> frozenset[Number] | None:
    """As :func:`_numbers_in_use`, of what staff have written. The question does not depend on who has the number."""
    key = (message.message_id, message.digest)
    if message.message_id in by_hand:
        standings[key] = replace(standings[key], question=BY_HAND)
        return by_hand[message.message_id]
    # A registration is in use, but its numbers are nobody's: no other message joins it.
    registers = message.type is MessageType.BY_HAND
    unanswered, answered = (Fate.PROVISIONAL, Fate.NUMBERLESS) if registers else (Fate.PARKED, Fate.SET_ASIDE)
    fate = unanswered if answers.get((message.message_id, BY_HAND)) is None else answered
    standings[key] = MessageStanding(fate, ParkedReason.BY_HAND, BY_HAND)
    return frozenset() if registers else None


def _numbers_in_use(
    message: MessageContent,
    answers: Mapping[tuple[str, str], bool],
    owner: Mapping[Number, PersonDraft],
    standings: dict[tuple[str, str], MessageStanding],
) -> frozenset[Number] | None:
    """The numbers by which the message joins people now; None where it waits whole. Notes what a leader is asked.

    The question stays with the message, so that the leader can see the answer and change it.
    """
    touched = _drafts_with(message.numbers, owner)
    why = _why_asked(message, touched)
    if why is None:
        return message.numbers
    question = _question(message, owner, touched)
    answer = answers.get((message.message_id, question))
    settled = _settled_numbers(message, answers, owner)
    if answer or (answer is None and settled == message.numbers):
        # What is told ahead stays that.
        key = (message.message_id, message.digest)
        standings[key] = replace(standings[key], question=question)
        return message.numbers
    part = settled if settled != message.numbers else frozenset[Number]()
    unanswered, no = (Fate.PROVISIONAL, Fate.NUMBERLESS) if part else (Fate.PARKED, Fate.SET_ASIDE)
    fate = unanswered if answer is None else no
    standings[message.message_id, message.digest] = MessageStanding(fate, why, question)
    return part or None


def _settled_numbers(
    message: MessageContent, answers: Mapping[tuple[str, str], bool], owner: Mapping[Number, PersonDraft]
) -> frozenset[Number]:
    """The numbers that are the same person's by a yes to an earlier question, and those that are nobody's with them."""
    numbers = sorted(message.numbers)
    said = [question for (id, question), yes in answers.items() if yes and id == message.message_id]
    places = {
        int(place)
        for question in said
        if not question.startswith((VERSIONS, NAMESAKE))
        for group in question.split("|")
        for place in group.split("+")
        if not place.startswith("n")
    }
    known = {numbers[place] for place in places if place < len(numbers)}
    return frozenset(known | {number for number in numbers if number not in owner}) if known else frozenset()


def _drafts_with(numbers: Iterable[Number], owner: Mapping[Number, PersonDraft]) -> list[PersonDraft]:
    """The people so far who have one of these numbers, in a fixed order."""
    touched: list[PersonDraft] = []
    for number in sorted(numbers):
        someone = owner.get(number)
        if someone is not None and not any(someone is other for other in touched):
            touched.append(someone)
    return sorted(touched, key=lambda someone: min(message.order for message in someone.messages))


def _why_asked(message: MessageContent, touched: list[PersonDraft]) -> ParkedReason | None:
    if len(touched) > 1:
        return ParkedReason.TWO_PEOPLE
    if touched:
        for kind in SINGLE_VALUED:
            numbers = {number for number in message.numbers if number.kind is kind}
            if (
                numbers
                and any(number.kind is kind for number in touched[0].known_numbers)
                and not numbers <= touched[0].known_numbers
            ):
                return ParkedReason.SECOND_NUMBER
    return None


def _question(message: MessageContent, owner: Mapping[Number, PersonDraft], touched: list[PersonDraft]) -> str:
    """The positions of the message's numbers, by the person who has them: "0+2|1"; a new number is "n1"."""
    numbers = sorted(message.numbers)
    groups = [
        "+".join(str(place) for place, number in enumerate(numbers) if owner.get(number) is someone)
        for someone in touched
    ]
    new = [f"n{place}" for place, number in enumerate(numbers) if number not in owner]
    return "|".join([*sorted(groups), *new])
