"""Rebuilds persons, numbers and stays from the messages; they are never edited on their own.

Only related messages are read: those that share a number, a name with a day of birth, an event, an id or a record,
directly or through others. (A deleted message has lost its numbers, but not the record that was made for it.) One
advisory lock, held to the end of the transaction, lets in one message at a time: a message can join people who were
unrelated until now, so no smaller lock is enough, and one is fast enough for all messages of the country.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q, prefetch_related_objects
from django.utils import timezone

from brik.arrivals.models import ArrivalAnswer, Message, MessageNumber
from brik.arrivals.received_messages import lookups_of
from brik.arrivals.stored_content import from_row, to_json
from brik.arrivals.timeline import custody_units, stay_effects, storage
from brik.arrivals.timeline.standings import IN_USE, STANDING, WAITING, Fate, MessageStanding, ParkedReason
from brik.arrivals.timeline.stay_effects import StayEffect
from brik.arrivals.timeline.timeline import ArrivalsState, PersonState, timeline
from brik.arrivals.xml.messages import MADE_HERE, MessageContent
from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.verbs import Verb
from brik.jobs import person_lock
from brik.people.models import Person
from brik.vault import keys
from brik.vault.codes.coded_models import proved
from brik.vault.lookups.hashes import HashPair, LookupHashes, found_by

INTAKE_LOCK = 0x4252494B


@dataclass
class Rebuilt:
    """What a rebuild changed."""

    row: Message
    person: Person | None
    effects: list[StayEffect]
    people: list[Person]
    left_out: tuple[str, ...]


@dataclass
class _Circle:
    """Messages that are related to each other."""

    contents: dict[UUID, MessageContent] = field(default_factory=dict)
    rows: dict[UUID, Message] = field(default_factory=dict)

    def standing(self, row: Message, state: ArrivalsState) -> MessageStanding:
        return state.standings[self.contents[row.pk].key]

    def applied(self, message_id: str, state: ArrivalsState) -> Message:
        """The row with this id that is in use."""
        return next(
            row
            for row in self.rows.values()
            if row.message_id == message_id and not row.deletes and self.standing(row, state).fate in IN_USE
        )

    def is_version(self, row: Message, state: ArrivalsState) -> bool:
        """Whether the message in use with this id is of the same sender, or says the same."""
        used = self.applied(row.message_id, state)
        return row.sender == used.sender or row.digest == used.digest

    def stands(self, row: Message, state: ArrivalsState) -> bool:
        """Whether what the row says is in use, by itself or as another has said it."""
        equals = [
            other for other in self.rows.values() if self.contents[other.pk].saying == self.contents[row.pk].saying
        ]
        used = any(self.standing(other, state).fate in IN_USE for other in equals)
        return used and self.standing(row, state).fate in STANDING

    def followed_until(self, now: datetime) -> datetime:
        """Until when the messages told ahead have had their effects: the moment before the first that has not."""
        come = [row.happens_at for row in self.rows.values() if row.fate == Fate.AHEAD and row.happens_at]
        return min([now, *(moment - timedelta(microseconds=1) for moment in come)])

    def earlier_versions(self, rows: list[Message]) -> list[Message]:
        """Other messages of these senders about the same events, or with the same ids; and those that say the same."""
        events = {(row.sender, row.event_id) for row in rows if row.event_id}
        ids = {(row.sender, row.message_id) for row in rows}
        equals = {(row.message_id, row.digest) for row in rows}
        return [
            row
            for row in self.rows.values()
            if row not in rows
            and (
                (row.sender, row.event_id) in events
                or (row.sender, row.message_id) in ids
                or (row.message_id, row.digest) in equals
            )
        ]


def lock_intake() -> None:
    """Wait until no other transaction takes in messages, and hold the lock until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INTAKE_LOCK])


def new_row(content: MessageContent) -> Message:
    """The row of a message that has just come, not yet saved."""
    return Message(
        message_id=content.message_id,
        event_id=content.event_id,
        type=content.type,
        digest=content.digest,
        sender=content.sender,
        created_at=content.created_at,
        changed_at=content.changed_at,
        unit_number=content.place.number if content.place else "",
        deletes=content.deletes,
        happens_at=content.happened_at,
        received_at=content.received_at or timezone.now(),
        fate=Fate.PARKED,
    )


def rebuild(row: Message, *, by: Actor, content: MessageContent | None = None, narrow: bool = False) -> Rebuilt:
    """Rebuild persons, numbers, stays and the standing of each message from the messages related to ``row``.

    ``content`` is given for a message that is not saved yet. ``narrow``: who else has a number that staff have written
    is not read, since it must not show in the work. What staff write is always stored so. Called inside a transaction
    that holds the intake lock.

    Raises ``SealBroken`` where a message, an answer about one or a person of theirs was changed past us.
    """
    circle = _circle(row, content, narrow=narrow or (content is not None and content.type in MADE_HERE))
    given_answers = ArrivalAnswer.objects.in_force().filter(message__in=list(circle.rows)).order_by("pk")
    answers = {
        (circle.rows[answer.message_id].message_id, answer.question): answer.same for answer in proved(given_answers)
    }
    now = timezone.now()
    state = timeline(circle.contents.values(), answers, at=now)
    records = _records(circle)
    before = stay_effects.snapshot(records.values(), at=circle.followed_until(now))
    owners = _owners(circle, state, records, by=by)
    made = {person.pk for person in owners.values() if person._state.adding}
    emptied = [person for person in records.values() if person.pk not in {owner.pk for owner in owners.values()}]
    units = custody_units.units_of(circle.contents.values(), by=by)
    storage.write(owners, emptied, survivors=_survivors(circle, state, owners, emptied), units=units, by=by)
    people_of = {message_id: person for person_state, person in owners.items() for message_id in person_state.messages}
    for other in circle.rows.values():
        person = people_of.get(other.message_id)
        if person is not None and person.pk in made and circle.is_version(other, state):
            # Separated from a record that is another person's: this one is theirs from now on.
            other.first_person = None
        _settle(other, circle, state, people_of, by=by, content=content if other is row else None)
    every = {**records, **{owner.pk: owner for owner in owners.values()}}
    effects = stay_effects.between(before, every, at=now)
    return Rebuilt(row, row.person, effects, list(every.values()), circle.contents[row.pk].left_out)


def _circle(row: Message, content: MessageContent | None, *, narrow: bool) -> _Circle:
    """All messages related to ``row``, directly or through others; ``narrow`` as :func:`rebuild`."""
    circle = _Circle(rows={row.pk: row})
    lookups = {hashed.written for _, hashed in _lookups_in(content)} if content and not narrow else set[HashPair]()
    fresh = [row]
    while fresh:
        # Where a number written by hand is in use, the messages about it have the same person.
        lookups |= set(_lookups(other for other in fresh if not narrow or other.type not in MADE_HERE))
        rows = circle.rows.values()
        tied = Message.objects.filter(
            Q(pk__in=MessageNumber.objects.filter(found_by(lookups)).values("message"))
            | Q(event_id__in={other.event_id for other in rows if other.event_id})
            | Q(
                message_id__in={other.message_id for other in rows} | {other.deletes for other in rows if other.deletes}
            )
            | Q(deletes__in={other.message_id for other in rows})
            | Q(person__in={pk for other in rows for pk in (other.person_id, other.first_person_id) if pk})
        ).exclude(pk__in=circle.rows)
        fresh = list(tied.select_related("person", "first_person"))
        circle.rows.update({other.pk: other for other in fresh})
    keys.preload(other.subject for other in circle.rows.values())
    stored = [other for other in circle.rows.values() if content is None or other is not row]
    prefetch_related_objects(stored, *Message.AGREES_WITH)
    for other in proved(stored):
        other.demand_agreement()
    circle.contents = {
        pk: content if content is not None and other is row else from_row(other) for pk, other in circle.rows.items()
    }
    return circle


def _lookups_in(content: MessageContent) -> set[tuple[str, LookupHashes]]:
    return lookups_of(content.type, content.numbers, content.name)


def _lookups(rows: Iterable[Message]) -> Iterable[HashPair]:
    return [row.stored for row in MessageNumber.objects.filter(message__in=[row.pk for row in rows])]


def _records(circle: _Circle) -> dict[UUID, Person]:
    """The persons that these messages are or were about, locked."""
    pks = {pk for row in circle.rows.values() for pk in (row.person_id, row.first_person_id) if pk}
    for pk in sorted(pks):
        person_lock.hold(pk)
    locked = Person.objects.filter(pk__in=pks).order_by("pk").select_for_update(no_key=True)
    people = {person.pk: person for person in proved(locked)}
    keys.preload(people)
    return people


def _owners(
    circle: _Circle, state: ArrivalsState, records: dict[UUID, Person], *, by: Actor
) -> dict[PersonState, Person]:
    """The record of each person of the timeline.

    It is the first record that was made for one of the person's messages. If there is none, it is the record made for
    an earlier version of those messages, because a corrected arrival is about the same person. Else it is a new record.
    """
    rows = {
        person_state: sorted(
            (circle.applied(message_id, state) for message_id in person_state.messages),
            key=lambda row: (row.received_at, row.message_id),
        )
        for person_state in state.people
    }
    # Whoever was known first keeps the record.
    in_order = sorted(rows, key=lambda person_state: (rows[person_state][0].received_at, person_state.messages))
    owner_pks: dict[PersonState, UUID] = {}
    earlier = {person_state: circle.earlier_versions(rows[person_state]) for person_state in in_order}
    for candidates in (rows, earlier):
        for person_state in in_order:
            made = [
                row.first_person_id for row in candidates[person_state] if row.first_person_id not in owner_pks.values()
            ]
            if person_state not in owner_pks and any(made):
                owner_pks[person_state] = next(filter(None, made))
    return {
        person_state: records[owner_pks[person_state]] if person_state in owner_pks else Person()
        for person_state in in_order
    }


def _survivors(
    circle: _Circle, state: ArrivalsState, owners: dict[PersonState, Person], emptied: list[Person]
) -> dict[UUID, Person]:
    """For each record left without messages, the record that its messages belong to now, if any."""
    gone = {person.pk for person in emptied}
    by_message = {message_id: person for person_state, person in owners.items() for message_id in person_state.messages}
    return {
        row.first_person_id: by_message[row.message_id]
        for row in circle.rows.values()
        if row.first_person_id in gone and row.message_id in by_message and circle.is_version(row, state)
    }


def _settle(
    row: Message,
    circle: _Circle,
    state: ArrivalsState,
    people_of: dict[str, Person],
    *,
    by: Actor,
    content: MessageContent | None,
) -> None:
    """Save the standing of the message, and seal its content for its person."""
    standing = circle.standing(row, state)
    person = people_of.get(row.message_id) if not row.deletes and circle.stands(row, state) else None
    namesake = people_of.get(standing.namesake)
    now = (standing.fate, standing.why or "", standing.question, person and person.pk, namesake and namesake.pk)
    unchanged = now == (row.fate, row.why, row.question, row.person_id, row.namesake_id)
    emptied = standing.fate is Fate.DELETED and row.content is not None
    if content is None and unchanged and not emptied:
        return
    row.fate, row.why, row.question, row.person = standing.fate, standing.why or "", standing.question, person
    row.namesake = namesake
    if person is not None and row.first_person_id is None:
        row.first_person = person
    _seal(row, circle.contents[row.pk], person)
    row.save()
    if content is not None and standing.fate is not Fate.DELETED:
        MessageNumber.objects.bulk_create(
            MessageNumber(message=row, kind=kind, **hashed.columns()) for kind, hashed in sorted(_lookups_in(content))
        )
    elif emptied:
        row.numbers.all().delete()
    verb = Verb.MESSAGE_PARKED if standing.fate in WAITING else Verb.MESSAGE_ACCEPTED
    if standing.why is ParkedReason.OTHER_SENDER:
        verb = Verb.MESSAGE_REJECTED
    reason = (standing.why or standing.fate).name.lower()
    about = ", ".join(content.left_out) if content is not None else ""
    log.record(verb, by=by, subject=row.person_id, obj=row, reason=reason, about=about)


def _seal(row: Message, content: MessageContent, person: Person | None) -> None:
    if row.fate == Fate.DELETED:
        row.content = row.happens_at = None
    elif content.deletes:
        return
    elif row.content is None or (person is not None and row.subject != person.pk):
        # A message that waits stays sealed as it was; one that is used is sealed for its person.
        row.subject = person.pk if person is not None else row.subject
        row.content = to_json(content)
