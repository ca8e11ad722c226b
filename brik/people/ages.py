"""A person's age, from their number. No talk is held with somebody under 18 or of unknown age."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from brik.people.identifiers import numbers
from brik.people.models import Identifier, Person
from brik.vault.sealing import SealBroken

ADULT = 18


def birthday_of(person: Person) -> date | None:
    """The birthday in the person's number, the national id first; None where no number has one."""
    return _birthday_by(person.identifiers.all())


def birthdays_of(people: Any) -> dict[UUID, date]:
    """The birthdays of those whose number has one and opens; ``people`` are keys or a query of them. One query."""
    return {
        person: birthday for person, rows in _identifiers_of(people).items() if (birthday := _birthday_if_whole(rows))
    }


def age_of(person: Person, *, on: date | None = None) -> int | None:
    """The age in full years, by :func:`birthday_of`; None where that is unknown."""
    birthday = birthday_of(person)
    return years_between(birthday, on or timezone.localdate()) if birthday else None


def is_minor_by(birthday: date | None, day: date) -> bool:
    """Whether somebody with this birthday is under 18; False where it is unknown."""
    return birthday is not None and years_between(birthday, day) < ADULT


def minors(people: QuerySet[Person], *, on: date | None = None) -> set[UUID]:
    """The people whose number says that they are under 18. Two queries.

    A number that does not open is left out here; ``age_of`` raises for it, so no talk is held.
    """
    day = on or timezone.localdate()
    identifiers_of = _identifiers_of(people.order_by().values("pk"))
    return {person for person, rows in identifiers_of.items() if is_minor_by(_birthday_if_whole(rows), day)}


def _identifiers_of(people: Any) -> dict[UUID, list[Identifier]]:
    """The numbers of each; ``people`` are keys or a query of them."""
    identifiers_of: dict[UUID, list[Identifier]] = defaultdict(list)
    for row in Identifier.objects.filter(person__in=people).with_keys():
        identifiers_of[row.person_id].append(row)
    return identifiers_of


def _birthday_if_whole(identifiers: Iterable[Identifier]) -> date | None:
    try:
        return _birthday_by(identifiers)
    except SealBroken:
        return None


def _birthday_by(identifiers: Iterable[Identifier]) -> date | None:
    for row in sorted(identifiers, key=lambda row: list(numbers.NumberKind).index(numbers.NumberKind(row.kind))):
        birthday = numbers.birth_date(numbers.Number(numbers.NumberKind(row.kind), row.number.open()))
        if birthday:
            return birthday
    return None


def years_between(birthday: date, day: date) -> int:
    """Full years from a birthday to a day."""
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))
