"""The state that messages give, and the one the tables tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from brik.arrivals.models import Message
from brik.arrivals.stored_content import digest_of, from_row
from brik.arrivals.timeline.standings import Fate
from brik.arrivals.timeline.stays import StayState
from brik.arrivals.timeline.timeline import PersonState
from brik.arrivals.xml.messages import SERVICE, MessageContent, SentenceDates, parse
from brik.people.identifiers.numbers import Number, NumberKind
from brik.people.legal_status import LegalStatus
from brik.people.models import Person


def contents(sent):
    """What was sent, read, in the order in which it came; what came again is left out.

    Each is the bytes, the id of the envelope and, where it is not the service itself, the sender.
    """
    # After all that the messages tell of: nothing in them is told ahead.
    began = datetime(2026, 11, 1, tzinfo=UTC)
    first: dict[tuple[str, str, str], MessageContent] = {}
    for place, (raw, name, *sender) in enumerate(sent):
        message = replace(parse(raw, message_id=name), sender=sender[0] if sender else SERVICE)
        came_at = began + timedelta(seconds=place)
        message = replace(message, digest=digest_of(message), received_at=came_at)
        first.setdefault(message.key, message)
    return list(first.values())


def from_database():
    """What the tables say, in the words of the pure function."""
    people = set()
    for person in Person.objects.exclude(messages=None):
        opened = person.identity.open()
        name = (opened["given"], opened["middle"], opened["family"])
        rows = [from_row(row) for row in person.messages.exclude(fate=Fate.COPY)]
        stays = tuple(
            StayState(
                origin=stay.origin,
                unit_number=stay.unit.number,
                legal_status=LegalStatus(stay.legal_status),
                category=stay.category,
                arrived_at=stay.arrived_at,
                released_at=stay.released_at,
                dates=SentenceDates(
                    *(stay.start_date, stay.one_third, stay.half, stay.two_thirds, stay.end_date, stay.minimum_date)
                ),
                status_since=stay.status_since,
            )
            for stay in person.stays.select_related("unit")
        )
        assert person.current_stay == person.stays.last()
        people.add(
            PersonState(
                messages=tuple(row.message_id for row in sorted(rows, key=lambda row: row.order)),
                numbers=frozenset(Number(NumberKind(row.kind), row.number.open()) for row in person.identifiers.all()),
                name=name if any(name) else None,
                stays=stays,
            )
        )
    empty = Person.objects.filter(messages=None)
    assert not empty.exclude(current_stay=None).exists()
    assert not empty.exclude(identifiers=None).exists()
    standings = {from_row(row).key: (row.fate, row.why, row.question) for row in Message.objects.all()}
    return frozenset(people), standings


def as_told(state):
    standings = {
        key: (standing.fate.value, standing.why.value if standing.why else "", standing.question)
        for key, standing in state.standings.items()
    }
    return state.people, standings
