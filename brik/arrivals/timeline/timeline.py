"""Who is in custody where: a pure function of the messages received and the leaders' answers.

It uses no database and no clock: the same messages at the same moment give the same state, in any order and however
often they came. The rules:

- A deletion removes the message it names for good, whether it came before or after it. A deletion cannot be deleted.
  It removes what its own sender has sent, and nothing else: not a message of another, not what the staff have written.
- Of a sender's messages about the same event (``HendelseId``) the last in order counts; deleting that one deletes the
  event, and does not bring an older version back. What another sender tells of it replaces nothing.
- Equal messages of several senders are one: it counts while one of them stands.
- Of several messages with the same id that say different things, the first received is in use. The others wait, until
  they are deleted or a leader has answered whether to use them. When another version comes, the leader is asked again,
  and the one in use stays in use until then. When the one in use is deleted, what others say waits again.
- A number written by hand counts for nothing until a leader has answered that it is the person's, and the service
  places it in that unit or a leader elsewhere agrees (``numbers_by_hand.py``): writer and leader get the same answer,
  whoever else has it. A registration with such a number is in use, provisionally, without it.
- A number joins messages into one person. A message waits for a leader when it would join two known people, or give
  somebody a second number of a kind that a person has only one of. The leader answers "same person" or "not". When the
  question changes because of other numbers, the leader is asked again; whom an answer joined stay joined until then.
- Somebody with a new number who has the name and the day of birth of somebody known waits until a leader has answered
  whether they are one (``namesakes.py``).
- A message without a category (nil) keeps the person's known category; when none is known it waits.
- An arrival without a number waits: no later message could move or release the person.
- Arrivals and releases are placed by when they happened; everything else applies in the order of the messages.
- What is told ahead takes effect when it comes: an arrival or a move is not in use before its moment, and a release
  ends the stay from its moment on.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from brik.arrivals.timeline import numbers_by_hand, person_drafts, sayings
from brik.arrivals.timeline.namesakes import Namesakes
from brik.arrivals.timeline.person_drafts import PersonDraft
from brik.arrivals.timeline.sayings import Key, Saying
from brik.arrivals.timeline.standings import VERSIONS, Fate, MessageStanding, ParkedReason
from brik.arrivals.timeline.stays import StayState, stays_of
from brik.arrivals.xml.messages import MADE_HERE, MessageContent, MessageType
from brik.people.identifiers.numbers import Number

_AFTER_ALL = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class PersonState:
    """One person, as computed from the messages."""

    messages: tuple[str, ...]
    numbers: frozenset[Number]
    name: tuple[str, str, str] | None
    stays: tuple[StayState, ...]


@dataclass(frozen=True)
class ArrivalsState:
    people: frozenset[PersonState]
    standings: Mapping[Key, MessageStanding]


def timeline(
    messages: Iterable[MessageContent],
    answers: Mapping[tuple[str, str], bool] | None = None,
    *,
    at: datetime = _AFTER_ALL,
) -> ArrivalsState:
    """The state at a moment that follows from ``messages`` and the leaders' ``answers``.

    ``answers`` says for a message id and a question whether it is the same person.
    """
    received = {message.key: message for message in messages}
    standings: dict[Key, MessageStanding] = {}
    answers = answers or {}
    first_tellers = _counting_messages(received, answers, standings)
    deleted = {key for key, standing in standings.items() if standing.fate is Fate.DELETED}
    told = sayings.collect(received.values(), deleted=deleted)
    # From here on it is what is said that counts, whoever says it.
    said = {message.saying: standings[message.key] for message in first_tellers}
    counting = _without_ahead([told[saying] for saying in said], said, at)
    namesakes = Namesakes(told.values(), answers)
    by_hand = numbers_by_hand.numbers_in_use(counting, answers)
    drafts = person_drafts.collect(counting, answers, said, namesakes.same_numbers(counting), by_hand)
    waiting = _ask_about_namesakes(drafts, namesakes, said)
    people: list[PersonState] = []
    for place, draft in enumerate(drafts):
        if place in waiting:
            continue
        if why := _why_waiting(draft):
            for message in draft.messages:
                said[message.saying] = replace(said[message.saying], fate=Fate.PARKED, why=why)
            continue
        people.append(_person(draft))
    standings |= {message.key: said[message.saying] for message in first_tellers}
    return ArrivalsState(frozenset(people), standings)


def _counting_messages(
    received: Mapping[Key, MessageContent],
    answers: Mapping[tuple[str, str], bool],
    standings: dict[Key, MessageStanding],
) -> list[MessageContent]:
    """The messages in use, in order: without those deleted, replaced or waiting because of equal ids.

    Of several that say the same it is the first that stands.
    """
    in_order = sayings.as_they_came(received.values())
    versions: dict[tuple[str, ...], list[MessageContent]] = defaultdict(list)
    for message in in_order:
        versions[_id_of(message)].append(message)
    chosen = {
        id: _chosen(several, answers) for id, several in versions.items() if len({row.digest for row in several}) > 1
    }
    standing_of = {
        key: chosen[_id_of(message)][key[1]] if _id_of(message) in chosen else MessageStanding(Fate.APPLIED)
        for key, message in received.items()
    }
    deleted = {
        (message.deletes, message.sender)
        for key, message in received.items()
        if message.type is MessageType.DELETION and standing_of[key].fate is Fate.APPLIED
    }
    used = {
        key[0]
        for key, message in received.items()
        if standing_of[key].fate is Fate.APPLIED and not _is_deleted(message, deleted)
    }
    events: dict[tuple[str, str], list[MessageContent]] = defaultdict(list)
    for key, message in received.items():
        if message.type is MessageType.DELETION:
            in_force = standing_of[key].fate is Fate.APPLIED
            standings[key] = _of_deletion(message, versions) if in_force else standing_of[key]
            continue
        standings[key] = MessageStanding(Fate.DELETED) if _is_deleted(message, deleted) else standing_of[key]
        if standings[key].fate is Fate.SET_ASIDE and key[0] not in used:
            # It was set aside for one that is deleted now.
            standings[key] = replace(standings[key], fate=Fate.PARKED)
        # A version that was never in use says nothing of the event, deleted or not.
        if standing_of[key].fate is Fate.APPLIED:
            events[message.sender, message.event_id or f"message:{key[0]}"].append(message)
    for about_one_event in events.values():
        _replace_earlier(about_one_event, standings)
    return sorted(_first_of_equals(in_order, standings), key=lambda message: message.order)


def _is_deleted(message: MessageContent, deleted: Collection[tuple[str, str]]) -> bool:
    """Whether its own sender has deleted it; what the staff have written nobody deletes."""
    return (message.message_id, message.sender) in deleted and message.type not in MADE_HERE


def _id_of(message: MessageContent) -> tuple[str, ...]:
    """What only one message may be called. A deletion has the id of its envelope, which another sender may use too."""
    is_deletion = message.type is MessageType.DELETION
    return (message.message_id, message.sender, message.type) if is_deletion else (message.message_id,)


def _of_deletion(deletion: MessageContent, versions: Mapping[tuple[str, ...], list[MessageContent]]) -> MessageStanding:
    """The standing of a deletion: whether there is a message of its own sender that it deletes."""
    named = versions.get((deletion.deletes,), [])
    if any(message.sender == deletion.sender and message.type not in MADE_HERE for message in named):
        return MessageStanding(Fate.APPLIED)
    return MessageStanding(Fate.SET_ASIDE, ParkedReason.OTHER_SENDER) if named else MessageStanding(Fate.UNMATCHED)


def _without_ahead(
    counting: list[MessageContent], said: dict[Saying, MessageStanding], at: datetime
) -> list[MessageContent]:
    """The messages whose moment has come, and the releases told ahead, which say when a stay will end."""
    ahead = [message for message in counting if message.happened_at and message.happened_at > at]
    for message in ahead:
        said[message.saying] = replace(said[message.saying], fate=Fate.AHEAD)
    return [message for message in counting if message not in ahead or message.type is MessageType.RELEASE]


def _replace_earlier(about_one_event: Iterable[MessageContent], standings: dict[Key, MessageStanding]) -> None:
    """Of what one sender tells of an event, all but the last is replaced, also where the last is deleted."""
    *earlier, _last = sorted(about_one_event, key=lambda message: (message.order, message.digest))
    for message in earlier:
        if standings[message.key].fate is Fate.APPLIED:
            standings[message.key] = MessageStanding(Fate.REPLACED)


def _first_of_equals(
    in_order: Iterable[MessageContent], standings: dict[Key, MessageStanding]
) -> Iterator[MessageContent]:
    """The messages in use. Of several that say the same, and stand or wait, the first has the standing of them all."""
    said: set[Saying] = set()
    for message in in_order:
        fate = standings[message.key].fate
        if message.type is MessageType.DELETION or fate in (Fate.DELETED, Fate.REPLACED):
            continue
        if message.saying in said:
            standings[message.key] = MessageStanding(Fate.COPY)
        elif fate is Fate.APPLIED:
            yield message
        said.add(message.saying)


def version_question(digest: str, digests: Iterable[str]) -> str:
    """The question to a leader about one of several messages with the same id: use this one of these, or not."""
    these = hashlib.sha256("|".join(sorted(digests)).encode()).hexdigest()[:24]
    return f"{VERSIONS}{these}:{hashlib.sha256(digest.encode()).hexdigest()[:24]}"


def _chosen(several: list[MessageContent], answers: Mapping[tuple[str, str], bool]) -> dict[str, MessageStanding]:
    """The standing of messages with the same id, by digest: one is in use. A deletion among them cannot be chosen.

    ``several`` come in the order in which they were received. A leader was asked when the second came, and again with
    each one after it: an answer holds until the next one.
    """
    message_id, digests = several[0].message_id, list(dict.fromkeys(message.digest for message in several))
    askable = not any(message.type is MessageType.DELETION for message in several)
    in_use, settled = digests[0], set[str]()
    for number in range(2, len(digests) + 1) if askable else ():
        asked = digests[:number]
        answered = {digest: answers.get((message_id, version_question(digest, asked))) for digest in asked}
        settled |= {digest for digest, answer in answered.items() if answer is not None}
        chosen = [digest for digest, answer in answered.items() if answer]
        # With a no for the one that had been chosen, the first is in use again.
        if len(chosen) == 1:
            in_use = chosen[0]
        elif answered[in_use] is False:
            in_use = digests[0]
    questions = {digest: version_question(digest, digests) if askable else "" for digest in digests}
    return {
        digest: MessageStanding(Fate.APPLIED, None, question)
        if digest == in_use
        else MessageStanding(Fate.SET_ASIDE if digest in settled else Fate.PARKED, ParkedReason.SAME_ID, question)
        for digest, question in questions.items()
    }


def _ask_about_namesakes(
    drafts: list[PersonDraft], namesakes: Namesakes, said: dict[Saying, MessageStanding]
) -> set[int]:
    """Ask a leader about people who may be somebody known. Returns the places of those who wait for it."""
    waiting: set[int] = set()
    for asked in namesakes.questions([draft.messages for draft in drafts]):
        carrier, about = asked.message.saying, asked.about.message_id
        if asked.waits:
            waiting.add(asked.place)
            for message in drafts[asked.place].messages:
                question = asked.question if message is asked.message else ""
                standing = MessageStanding(Fate.PARKED, ParkedReason.NAMESAKE, question, namesake=about)
                said[message.saying] = standing
        elif asked.answered and not said[carrier].question:
            said[carrier] = replace(said[carrier], question=asked.question, namesake=about)
        elif said[carrier] == MessageStanding(Fate.APPLIED):
            standing = MessageStanding(Fate.PROVISIONAL, ParkedReason.NAMESAKE, asked.question, namesake=about)
            said[carrier] = standing
    return waiting


def _why_waiting(draft: PersonDraft) -> ParkedReason | None:
    """Why nothing about this person is in use. Whom the staff have registered, they can give a number."""
    if not any(message.category for message in draft.messages):
        return ParkedReason.NO_CATEGORY
    by_staff = any(message.type in MADE_HERE for message in draft.messages)
    return None if draft.numbers or by_staff else ParkedReason.NO_NUMBER


def _person(draft: PersonDraft) -> PersonState:
    messages = sorted(draft.messages, key=lambda message: message.order)
    names = [message.name for message in messages if message.name]
    return PersonState(
        messages=tuple(message.message_id for message in messages),
        numbers=frozenset(draft.numbers),
        name=names[-1] if names else None,
        stays=stays_of(messages),
    )
