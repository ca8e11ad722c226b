"""The state of the queue for monitoring: how much waits, for how long, and when the periodic work last began."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db.models import Case, Count, F, Min, Q, When
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob, ProcrastinatePeriodicDefer

from brik.arrivals.models import Message
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.jobs.jobs import compare_clocks
from brik.jobs.periodic_work import PERIODIC
from brik.staff.models import Channel
from followup.sharing import jobs
from followup.sharing.delivery import lateness, queue
from followup.sharing.delivery.late_spans import spans
from followup.sharing.delivery.lateness import LateCount
from followup.sharing.disclosure.states import WAITING
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState

A_DAY = timedelta(days=1)
EVERY_MINUTE = (jobs.end_by_time, jobs.reconcile_all, jobs.wake_waiting)


@dataclass(frozen=True)
class Backlog:
    """Counts of deliveries, and times. ``held_back`` counts shares that wait behind a parked one."""

    at: datetime
    waiting: int
    unanswered: int
    held_back: int
    parked: int
    failed: int
    oldest: datetime | None
    # Of the tasks that run every minute, the start of the one that has waited longest; None when one never started.
    last_round: datetime | None
    rounds_failed: int
    # How often the clock of a worker was not the database's.
    clocks_apart: int
    # Jobs about people that have failed for good, or have been tried or waited for longer than they may.
    jobs_stuck: int
    # Deletions of arrival messages that have deleted nothing for a day, and when the oldest of them came.
    deletions: int
    oldest_deletion: datetime | None
    # Shares set aside since what is stored is not what was decided on or signed, and how often in the last day data of
    # any kind did not fit: then something was not sent, or not shown.
    set_aside: int
    broken: int
    # What is late, by kind; for the same reasons as on the mapper's list.
    late: list[LateCount] = field(default_factory=list)

    def alarms(self, longest: timedelta) -> list[str]:
        """A sentence for each thing that is late, and for work that rests longer than ``longest`` or has failed."""
        since = self.at - longest
        wrong = {
            "The periodic work has not begun for too long; is a worker running?": self.last_round is None
            or self.last_round < since,
            "Periodic work has failed; see the log.": self.rounds_failed > 0,
            "A worker's clock is not the database's; it sends no shares.": self.clocks_apart > 0,
            "Jobs do not come to an end; see the log.": self.jobs_stuck > 0,
            "Stored data do not fit; run verify_audit, verify_consent and verify_rows.": self.set_aside + self.broken
            > 0,
        }
        late = [
            f"Late: {count.kind.replace('_', ' ')}."
            for count in self.late
            if count.number and spans()[count.kind].alarms
        ]
        return [sentence for sentence, is_so in wrong.items() if is_so] + late


def backlog(longest: timedelta) -> Backlog:
    """The backlog now. Failures of periodic work are counted within the last ``longest``."""
    now = timezone.now()
    sent = (
        Delivery.objects.exclude(organisation__channel=Channel.INBOX)
        .with_behind_parked()
        # Each attempt changes ``state_at``; a delivery that has been tried has waited since it was created.
        .annotate(since=Case(When(state=DeliveryState.ATTEMPTED, then=F("created_at")), default=F("state_at")))
    )
    behind_parked = Q(state__in=WAITING, kind=DeliveryKind.SHARE, behind_parked=True)
    waiting = Q(state__in=WAITING) & ~behind_parked
    numbers = sent.aggregate(
        waiting=Count("pk", filter=waiting),
        unanswered=Count("pk", filter=Q(state=DeliveryState.ATTEMPTED)),
        held_back=Count("pk", filter=behind_parked),
        parked=Count("pk", filter=Q(state=DeliveryState.PARKED)),
        failed=Count("pk", filter=Q(state=DeliveryState.FAILED)),
        set_aside=Count("pk", filter=Q(state=DeliveryState.PARKED, broken=True)),
        oldest=Min("since", filter=waiting),
    )
    failures = ProcrastinateEvent.objects.filter(type="failed", at__gte=now - longest, job__queue_name=PERIODIC)
    of_clocks = Q(job__task_name=compare_clocks.name)
    return Backlog(
        at=now,
        last_round=_last_round(),
        rounds_failed=failures.exclude(of_clocks).count(),
        clocks_apart=failures.filter(of_clocks).count(),
        jobs_stuck=_jobs_stuck(now - longest),
        broken=Event.objects.filter(verb=Verb.INTEGRITY_BROKEN, at__gte=now - A_DAY).count(),
        late=lateness.counts(),
        **numbers,
        **Message.objects.deleting_nothing().aggregate(deletions=Count("pk"), oldest_deletion=Min("received_at")),
    )


def _jobs_stuck(since: datetime) -> int:
    """Jobs of the queue that have failed for good, or were made before ``since`` and are not planned for later.

    A job that fails is planned again and again, so one that has been tried counts whenever it is planned for.
    """
    at_work = Q(status__in=["todo", "doing"]) & (
        Q(attempts__gt=0) | Q(scheduled_at__isnull=True) | Q(scheduled_at__lt=since)
    )
    jobs_of_queue = ProcrastinateJob.objects.filter(queue_name=queue.QUEUE)
    stuck = jobs_of_queue.filter(at_work, procrastinateevent__type="deferred", procrastinateevent__at__lt=since)
    return stuck.distinct().count() + jobs_of_queue.filter(status__in=["failed", "aborted"]).count()


def _last_round() -> datetime | None:
    names = {task.name for task in EVERY_MINUTE}
    begun = ProcrastinatePeriodicDefer.objects.filter(task_name__in=names).order_by("pk")
    rounds = begun.values_list("task_name", "defer_timestamp")
    last = {name: datetime.fromtimestamp(at, UTC) for name, at in rounds if at is not None}
    return min(last.values()) if last.keys() == names else None
