"""The state of the queue for monitoring: how much waits, for how long, and when the periodic work last began."""

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
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState, DisposalNotice

EVERY_MINUTE = (jobs.end_by_time, jobs.reconcile_all, jobs.wake_waiting)


@dataclass(frozen=True)
class Backlog:
    """Counts of deliveries, and times. ``behind_parked`` counts shares that wait behind a parked one."""

    at: datetime
    waiting: int
    unanswered: int
    behind_parked: int
    parked: int
    failed: int
    oldest: datetime | None
    # Of the tasks that run every minute, the start of the one that has waited longest; None when one never started.
    last_round: datetime | None
    rounds_failed: int
    # Recipients that have not said in time what has become of prints and notes.
    disposals_late: int

    def late(self, longest: timedelta) -> list[str]:
        """A sentence for each thing that took longer than ``longest``, or failed within that time."""
        since = self.at - longest
        wrong = {
            "The oldest delivery has waited too long.": self.oldest is not None and self.oldest < since,
            "The periodic work has not begun for too long; is a worker running?": self.last_round is None
            or self.last_round < since,
            "Periodic work has failed; see the log.": self.rounds_failed > 0,
            "A recipient has not answered in time about prints and notes.": self.disposals_late > 0,
        }
        return [sentence for sentence, is_so in wrong.items() if is_so]


def backlog(longest: timedelta) -> Backlog:
    """The backlog now. Failures of periodic work are counted within the last ``longest``."""
    now = timezone.now()
    parked = Delivery.objects.filter(
        person=OuterRef("person"),
        organisation=OuterRef("organisation"),
        state=DeliveryState.PARKED,
        pk__lt=OuterRef("pk"),
    )
    sent = Delivery.objects.exclude(organisation__channel=Channel.INBOX).annotate(
        behind=Exists(parked),
        # Each attempt changes ``state_at``; a delivery that has been tried has waited since it was created.
        since=Case(When(state=DeliveryState.ATTEMPTED, then=F("created_at")), default=F("state_at")),
    )
    behind_parked = Q(state__in=WAITING, kind=DeliveryKind.SHARE, behind=True)
    waiting = Q(state__in=WAITING) & ~behind_parked
    numbers = sent.aggregate(
        waiting=Count("pk", filter=waiting),
        unanswered=Count("pk", filter=Q(state=DeliveryState.ATTEMPTED)),
        behind_parked=Count("pk", filter=behind_parked),
        parked=Count("pk", filter=Q(state=DeliveryState.PARKED)),
        failed=Count("pk", filter=Q(state=DeliveryState.FAILED)),
        oldest=Min("since", filter=waiting),
    )
    failures = ProcrastinateEvent.objects.filter(type="failed", at__gte=now - longest, job__queue_name=PERIODIC)
    late = DisposalNotice.objects.late().count()
    return Backlog(at=now, last_round=_last_round(), rounds_failed=failures.count(), disposals_late=late, **numbers)


def _last_round() -> datetime | None:
    names = {task.name for task in EVERY_MINUTE}
    begun = ProcrastinatePeriodicDefer.objects.filter(task_name__in=names).order_by("pk")
    rounds = begun.values_list("task_name", "defer_timestamp")
    last = {name: datetime.fromtimestamp(at, UTC) for name, at in rounds if at is not None}
    return min(last.values()) if last.keys() == names else None
