"""Records that are one person, as leaders have decided: what is about one of them is about all."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from brik.people.models import Person


def records_of(people: Iterable[UUID]) -> set[UUID]:
    """These records, those that they were merged into, and those that were merged into them. One query."""
    known = set(people)
    joined = Person.objects.filter(Q(pk__in=known) | Q(merged_into__in=known) | Q(merged__in=known))
    return known | {pk for pair in joined.values_list("pk", "merged_into") for pk in pair if pk is not None}
