"""Whether a talk has been offered: all that leaders see of where one stands, and nothing else."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from consent.models import Talk


def with_offered(people: QuerySet, *, before: datetime | None = None) -> QuerySet:
    """Annotate ``offered``: a talk was begun in the present stay, under the present legal status.

    Whoever was asked in remand is offered anew when convicted: it is another mapping. It is the same for whoever
    said yes, no, not yet, or took it back. ``before`` asks how it was at that moment.
    """
    begun = Talk.objects.filter(
        person=OuterRef("pk"),
        kind=OuterRef("current_stay__legal_status"),
        started_at__gte=OuterRef("current_stay__arrived_at"),
        **({"started_at__lt": before} if before else {}),
    )
    return people.annotate(offered=Exists(begun))
