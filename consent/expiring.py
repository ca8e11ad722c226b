"""Whom time has ended something for: nobody says so, so a job has to look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from consent.endings import Cause
from consent.models import YES, Answer, Consent, Decision


def ended_by_time(at: datetime | None = None) -> Iterator[tuple[UUID, Cause]]:
    """Each person with a consent that has run out, or has lost its legal basis, without its being written down.

    Asks what ``end_because`` will end, so that a person it has nothing to end for does not come back every time.
    """
    now = at or timezone.now()
    running = Decision.objects.filter(consent=OuterRef("pk"), answer=Answer.PERMIT, until__gt=now)
    yes = Consent.objects.filter(outcome__in=YES)
    due = {
        # An end that lies ahead does not hold up what comes at once.
        Cause.BASIS_ENDED: yes.with_end(now).filter(ended_as=None, legal_basis__until__lte=timezone.localdate(now)),
        Cause.EXPIRED: yes.with_end(None).filter(~Exists(running), ended_as=None),
    }
    for cause, consents in due.items():
        for person in consents.order_by("person_id").values_list("person_id", flat=True).distinct():
            yield person, cause
