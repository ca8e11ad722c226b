"""How old somebody is, by their number. A talk with somebody under 18, or of unknown age, stays closed."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from brik.people import numbers
from brik.people.models import Person


def age_of(person: Person, *, on: date | None = None) -> int | None:
    """Full years by the person's own number; None when no number tells. The national id counts before the others."""
    told = sorted(person.identifiers.all(), key=lambda row: list(numbers.Kind).index(numbers.Kind(row.kind)))
    for row in told:
        birthday = numbers.born(numbers.Number(numbers.Kind(row.kind), row.number.open()))
        if birthday:
            return years_between(birthday, on or timezone.localdate())
    return None


def years_between(birthday: date, day: date) -> int:
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))
