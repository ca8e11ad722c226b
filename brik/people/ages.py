"""How old somebody is, by their number. A talk with somebody under 18, or of unknown age, stays closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from brik.people.identifiers import numbers
from brik.people.models import Identifier, Person
from brik.vault.sealing import SealBroken

ADULT = 18


def birthday_of(person: Person) -> date | None:
    """By the person's own number; None when no number tells. The national id counts before the others."""
    return _birthday_by(person.identifiers.all())


def age_of(person: Person, *, on: date | None = None) -> int | None:
    """Full years by the person's own number; None when no number tells."""
    birthday = birthday_of(person)
    return years_between(birthday, on or timezone.localdate()) if birthday else None


def is_minor_by(birthday: date | None, day: date) -> bool:
    """Whether somebody born then is under 18; False where no number tells."""
    return birthday is not None and years_between(birthday, day) < ADULT


def minors(people: QuerySet[Person], *, on: date | None = None) -> set[UUID]:
    """Those of many people whose own number says that they are under 18. Two queries.

    A number that does not open says nothing here; a talk with the person is stopped by it (``age_of``).
    """
    day = on or timezone.localdate()
    held: dict[UUID, list[Identifier]] = defaultdict(list)
    for row in Identifier.objects.filter(person__in=people.order_by().values("pk")).with_keys():
        held[row.person_id].append(row)
    return {person for person, rows in held.items() if _are_of_a_minor(rows, day)}


def _are_of_a_minor(identifiers: Iterable[Identifier], day: date) -> bool:
    try:
        return is_minor_by(_birthday_by(identifiers), day)
    except SealBroken:
        return False


def _birthday_by(identifiers: Iterable[Identifier]) -> date | None:
    for row in sorted(identifiers, key=lambda row: list(numbers.NumberKind).index(numbers.NumberKind(row.kind))):
        birthday = numbers.born(numbers.Number(numbers.NumberKind(row.kind), row.number.open()))
        if birthday:
            return birthday
    return None


def years_between(birthday: date, day: date) -> int:
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))
