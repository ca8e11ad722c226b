"""What leaders may see of where a talk stands: offered or not offered, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F

from consent.models import Talk


def offered_many(person_ids: Iterable[UUID]) -> dict[UUID, bool]:
    """Whether each has been offered a talk in the present stay, under the present legal status. One query.

    It is the same for whoever said yes, no, not yet, or took it back.
    """
    people = list(person_ids)
    begun = Talk.objects.filter(
        person__in=people,
        kind=F("person__current_stay__legal_status"),
        started_at__gte=F("person__current_stay__arrived_at"),
    )
    found = set(begun.order_by().values_list("person", flat=True))
    return {person: person in found for person in people}
