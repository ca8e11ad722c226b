"""How much waits to be sent, for how long, and when the periodic work last began: for those who watch the machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, When
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinatePeriodicDefer

from brik.jobs.periodic_work import PERIODIC
from brik.staff.models import Channel
from followup.sharing import jobs
from followup.sharing.disclosure.states import WAITING
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState

EVERY_MINUTE = (jobs.end_by_time, jobs.reconcile_all, jobs.wake_waiting)


@dataclass(frozen=True)
class Backlog:
    """Counts of deliveries, and moments; ``held`` waits behind something that a person has parked."""

    at: datetime
    waiting: int
    unanswered: int
    held: int
    parked: int
    failed: int
    oldest: datetime | None
    # When the one of the works of every minute began that has not begun for longest; None where one never has.
    last_round: datetime | None
    rounds_failed: int

    def late(self, longest: timedelta) -> list[str]:
        """A sentence for each thing that has taken longer than it may, or has failed in that time."""
        since = self.at - longest
        wrong = {
            "The oldest delivery has waited too long.": self.oldest is not None and self.oldest < since,
            "The periodic work has not begun for too long; is a worker running?": self.last_round is None
            or self.last_round < since,
            "Periodic work has failed; see the log.": self.rounds_failed > 0,
        }
        return [sentence for sentence, is_so in wrong.items() if is_so]


def backlog(longest: timedelta) -> Backlog:
    """How it stands now; failures of periodic work are counted for as long back as ``longest``."""
    now = timezone.now()
    parked = Delivery.objects.filter(
        person=OuterRef("person"),
        organisation=OuterRef("organisation"),
        state=DeliveryState.PARKED,
        pk__lt=OuterRef("pk"),
    )
    sent = Delivery.objects.exclude(organisation__channel=Channel.INBOX).annotate(
        behind=Exists(parked),
        # What has been tried moves at each attempt; it has waited since it was made.
        since=Case(When(state=DeliveryState.ATTEMPTED, then=F("created_at")), default=F("state_at")),
    )
    held = Q(state__in=WAITING, kind=DeliveryKind.SHARE, behind=True)
    waiting = Q(state__in=WAITING) & ~held
    numbers = sent.aggregate(
        waiting=Count("pk", filter=waiting),
        unanswered=Count("pk", filter=Q(state=DeliveryState.ATTEMPTED)),
        held=Count("pk", filter=held),
        parked=Count("pk", filter=Q(state=DeliveryState.PARKED)),
        failed=Count("pk", filter=Q(state=DeliveryState.FAILED)),
        oldest=Min("since", filter=waiting),
    )
    failures = ProcrastinateEvent.objects.filter(type="failed", at__gte=now - longest, job__queue_name=PERIODIC)
    return Backlog(at=now, last_round=_last_round(), rounds_failed=failures.count(), **numbers)


def _last_round() -> datetime | None:
    names = {task.name for task in EVERY_MINUTE}
    begun = ProcrastinatePeriodicDefer.objects.filter(task_name__in=names).order_by("pk")
    rounds = begun.values_list("task_name", "defer_timestamp")
    last = {name: datetime.fromtimestamp(at, UTC) for name, at in rounds if at is not None}
    return min(last.values()) if last.keys() == names else None
