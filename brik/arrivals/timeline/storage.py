"""Writes persons, their numbers and their stays, as computed from the messages. Called by the arrivals only."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from brik.arrivals.timeline import joined_records
from brik.arrivals.timeline.stays import StayState
from brik.arrivals.timeline.timeline import PersonState
from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.people.models import Identifier, Person, Stay
from brik.people.persons import hashes_of
from brik.staff.models import Unit
from brik.vault.codes.coded_models import changed_past_us


def write(
    owners: dict[PersonState, Person],
    emptied: list[Person],
    *,
    survivors: dict[UUID, Person],
    units: dict[str, Unit],
    by: Actor,
) -> None:
    """Write each record from its person's messages, and empty the records that have no messages left.

    An emptied record stays: other rows refer to it, and it is filled again if its messages come back.
    """
    _drop_numbers(owners, emptied, by=by)
    known = {person.pk: person for person in (*owners.values(), *emptied)}
    for person in (person for person in known.values() if person.merged_into_id):
        if person.merged_into_id in known and person.merged_into_id != _pk(survivors.get(person.pk)):
            joined_records.separate(known[person.merged_into_id], person, by=by)
    for state, person in owners.items():
        _write_person(person, state, by=by)
        _write_numbers(person, state, by=by)
        stay, gone = _write_stays(person, state.stays, units, by=by)
        _point_at(person, stay)
        person.stays.filter(pk__in=gone).delete()
    for person in emptied:
        if person.current_stay_id is None and person.merged_into_id == _pk(survivors.get(person.pk)):
            continue
        person.current_stay = None
        person.merged_into = survivors.get(person.pk)
        person.save(update_fields=["current_stay", "merged_into"])
        person.stays.all().delete()
        log.record(Verb.PERSON_CHANGED, by=by, subject=person.pk, obj=person)
        if person.merged_into is not None:
            joined_records.combine(person.merged_into, person, by=by)


def empty(person: Person, *, by: Actor) -> None:
    """Take away the numbers and the stays of a record whose messages are erased."""
    _drop(Identifier.objects.filter(person=person).order_by("pk"), by=by)
    _point_at(person, None)
    person.stays.all().delete()


def _pk(person: Person | None) -> UUID | None:
    return person.pk if person is not None else None


def _point_at(person: Person, stay: Stay | None) -> None:
    """Set the current stay without a row in the history: it follows from the stays."""
    person.current_stay = stay
    Person.objects.filter(pk=person.pk).exclude(current_stay=stay).change(current_stay=stay)


def _drop_numbers(owners: dict[PersonState, Person], emptied: Iterable[Person], *, by: Actor) -> None:
    """Remove numbers that now belong to another record, before that record gets them."""
    for state, person in owners.items():
        kept = [hashes_of(number) for number in state.numbers]
        if not person._state.adding:
            _drop((row for row in person.identifiers.all() if not any(map(row.is_found_by, kept))), by=by)
    _drop(Identifier.objects.filter(person__in=[person.pk for person in emptied]).order_by("pk"), by=by)


def _drop(rows: Iterable[Identifier], *, by: Actor) -> None:
    """Remove numbers; each is an event of the person who loses it. The person who gets it has an event of their own."""
    gone = list(rows)
    for row in gone:
        log.record(Verb.PERSON_CHANGED, by=by, subject=row.person_id, obj=row, reason=Reason.NUMBER_TAKEN_AWAY)
    Identifier.objects.filter(pk__in=[row.pk for row in gone]).delete()


def _write_person(person: Person, state: PersonState, *, by: Actor) -> None:
    given, middle, family = state.name or ("", "", "")
    new = person._state.adding
    before = None if person.identity is None else person.identity.open()
    identity = {"given": given, "middle": middle, "family": family, "aliases": (before or {}).get("aliases", [])}
    if new or identity != before or person.merged_into_id:
        if identity != before:
            person.identity = identity
        person.merged_into = None
        person.save()
        log.record(Verb.PERSON_CREATED if new else Verb.PERSON_CHANGED, by=by, subject=person.pk, obj=person)


def _write_numbers(person: Person, state: PersonState, *, by: Actor) -> None:
    rows = list(person.identifiers.all())
    for number in sorted(state.numbers):
        hashed = hashes_of(number)
        if not any(row.is_found_by(hashed) for row in rows):
            row = Identifier(person=person, kind=number.kind, number=number.value, **hashed.columns())
            row.save()
            log.record(Verb.PERSON_CHANGED, by=by, subject=person.pk, obj=row)


def _write_stays(
    person: Person, states: tuple[StayState, ...], units: dict[str, Unit], *, by: Actor
) -> tuple[Stay | None, list[int]]:
    """Write the stays. Returns the last, which is the present or latest one, and the keys of those that are no more.

    One that was changed past us is written anew from the messages, which are sealed.
    """
    stays = {stay.origin: stay for stay in person.stays.all()}
    broken = changed_past_us(stays.values())
    for stay in broken:
        stay.take_as_found()
        log.record(Verb.INTEGRITY_BROKEN, by=by, subject=person.pk, obj=stay, reason=Reason.FOUND_BY_CHECK)
    gone = {origin: stays.pop(origin) for origin in set(stays) - {state.origin for state in states}}
    # One of which another message tells now, from the same moment on, keeps its row.
    begun = {stay.arrived_at: stay for stay in gone.values()}
    stays |= {
        state.origin: begun.pop(state.arrived_at)
        for state in states
        if state.origin not in stays and state.arrived_at in begun
    }
    kept = [stay.pk for stay in stays.values()]
    last = None
    for state in states:
        last = stays.get(state.origin) or Stay(person=person)
        wanted = {
            "origin": state.origin,
            "unit_id": units[state.unit_number].pk,
            "legal_status": state.legal_status.value,
            "status_since": state.status_since,
            "category": state.category,
            "arrived_at": state.arrived_at,
            "released_at": state.released_at,
            "start_date": state.dates.start,
            "one_third": state.dates.one_third,
            "half": state.dates.half,
            "two_thirds": state.dates.two_thirds,
            "end_date": state.dates.end,
            "minimum_date": state.dates.minimum,
        }
        if last._state.adding or last in broken or any(getattr(last, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(last, name, value)
            last.save()
    return last, [stay.pk for stay in gone.values() if stay.pk not in kept]
