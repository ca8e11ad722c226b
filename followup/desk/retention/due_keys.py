"""The keys whose time has come, by the spans of ``fixtures/retention``; those under a legal hold are never due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Least
from django.utils import timezone

from brik.definitions.retention_spans import SpanStart, retentions
from brik.mapping.models import Mapping
from brik.slips.models import Slip
from brik.tasks.models import Task
from brik.vault.models import (
    CONSENT,
    DISCLOSURE,
    INTERVIEW,
    ORGANISATION,
    PERSON,
    SHARED_ROW,
    TALK,
    TASK,
    WITHDRAWAL,
    Key,
)
from consent.models import YES, Consent, Talk, Withdrawal
from followup.desk.retention.legal_holds import LegalHold
from followup.sharing.models import Disclosure

# What no age ends, and why.
NOT_BY_AGE = {
    PERSON: "a person who comes back is known by it; it ends when the person is erased",
    ORGANISATION: "it ends with the organisation",
}


def _locked(until: datetime) -> QuerySet[Mapping]:
    moment = Least("readable_until", "restricted_at", "closed_at")
    return Mapping.objects.order_by().annotate(locked_at=moment).filter(locked_at__lte=until)


def _ended(until: datetime) -> QuerySet[Consent]:
    """A consent without a yes is at its end from the first."""
    refused = ~Q(outcome__in=YES) & Q(effective_at__lte=until)
    return Consent.objects.order_by().with_end(until).filter(Q(ended_as__isnull=False) | refused)


# Which moments close something inside, and no others do: the spans of ``restrict`` count from just these.
RESTRICTED_FROM: dict[str, frozenset[SpanStart]] = {INTERVIEW: frozenset({SpanStart.CONSENT_END, SpanStart.UNFINISHED})}
# Of each keeping: from which moments the spans of its key may count, and the rows for which one has come by a time.
STARTS: dict[str, dict[SpanStart, Callable[[datetime], QuerySet[Any]]]] = {
    INTERVIEW: {SpanStart.LOCKED: _locked, SpanStart.RELEASE: lambda until: _released(Mapping, until)},
    CONSENT: {SpanStart.CONSENT_END: _ended, SpanStart.RELEASE: lambda until: _released(Consent, until)},
    WITHDRAWAL: {SpanStart.BEGAN: lambda until: Withdrawal.objects.order_by().filter(recorded_at__lte=until)},
    # Whatever was chosen on it, and whether it has been read.
    SHARED_ROW: {SpanStart.BEGAN: lambda until: Slip.objects.order_by().filter(turned_at__lte=until)},
    TASK: {
        SpanStart.DONE: lambda until: Task.objects.order_by().filter(done_at__lte=until),
        SpanStart.RELEASE: lambda until: _released(Task, until),
    },
    TALK: {SpanStart.BEGAN: lambda until: Talk.objects.order_by().filter(started_at__lte=until)},
    DISCLOSURE: {
        SpanStart.LOCKED: lambda until: Disclosure.objects.order_by().filter(mapping__in=_locked(until).values("pk")),
        SpanStart.BEGAN: lambda until: Disclosure.objects.order_by().filter(decided_at__lte=until),
        SpanStart.RELEASE: lambda until: _released(Disclosure, until),
    },
}


def _released(model: Any, until: datetime) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.order_by().filter(person__current_stay__released_at__lte=until)
    return rows


def due(keeping: str, *, at: datetime | None = None) -> QuerySet[Key]:
    """The living keys of a keeping whose time has come and that no legal hold keeps."""
    now = at or timezone.now()
    return _passed(keeping, now).exclude(person__in=_under_hold(now)).order_by("person", "pk")


def held(keeping: str, *, at: datetime | None = None) -> QuerySet[Key]:
    """The living keys of a keeping whose time has come and that a legal hold keeps."""
    now = at or timezone.now()
    return _passed(keeping, now).filter(person__in=_under_hold(now)).order_by("person", "pk")


def _passed(keeping: str, now: datetime) -> QuerySet[Key]:
    passed = Q(pk__in=())
    for span in retentions()[keeping].destroy:
        passed |= Q(subject__in=STARTS[keeping][span.after](span.began_by(now)).values("pk"))
    living: QuerySet[Key] = Key.objects.filter(passed, keeping=keeping, destroyed_at=None)
    return living


def _under_hold(now: datetime) -> set[UUID]:
    people: set[UUID] = LegalHold.objects.standing(timezone.localdate(now)).people()
    return people
