"""Whom time has ended something for: nobody says so, so a job has to look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from consent.endings import Cause, due


def ended_by_time(at: datetime | None = None) -> Iterator[tuple[UUID, Cause]]:
    """Each person with a consent that has run out, or has lost its legal basis, without its being written down.

    The same question as ``end_because`` asks, so that a person it has nothing to end for does not come back every time.
    """
    for cause in (Cause.BASIS_ENDED, Cause.EXPIRED):
        consents = due(cause, at or timezone.now())
        for person in consents.order_by("person_id").values_list("person_id", flat=True).distinct():
            yield person, cause
