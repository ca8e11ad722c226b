"""What the worker runs. Jobs carry ids only; what is to be done stands in our own tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from brik.audit.actors import Process
from brik.people.models import Person
from brik.staff.models import Channel
from brik.vault import keys
from consent.record.endings import Cause, end_because, ended_by_time
from followup.sharing import pace, queue
from followup.sharing.models import Delivery
from followup.sharing.reconciling import reconcile, uncovered
from followup.sharing.sending import send_waiting
from followup.sharing.states import WAITING
from followup.sharing.tending import TENDING, each

WORKER = Process("worker")
BATCH = 500


class Persistent(BaseRetryStrategy):
    """A job that broke (the database was away) is tried again, later each time, for ever."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        return RetryDecision(retry_at=timezone.now() + pace.delay(job.attempts + 1))


@app.task(name=queue.DELIVER, queue=queue.QUEUE, retry=Persistent())
def deliver(person: str, organisation: int) -> None:
    """Send what waits for one recipient about one person."""
    with keys.ring():
        send_waiting(UUID(person), organisation, by=WORKER)


@app.periodic(cron=pace.every(30), periodic_id="sharing")
@app.task(
    name="followup.sharing.tasks.requeue_stalled",
    queue=TENDING,
    queueing_lock="requeue_stalled",
    pass_context=True,
)
async def requeue_stalled(context: JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that has died to another."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=pace.stalled_after()):
        # Where the next round of the same periodic work waits already, the stalled one waits until it has begun.
        with suppress(UniqueViolation):
            await manager.retry_job(job)


@app.periodic(cron="0 4 * * *", periodic_id="sharing")
@app.task(
    name="followup.sharing.tasks.forget_failures", queue=TENDING, queueing_lock="forget_failures", pass_context=True
)
async def forget_failures(context: JobContext, timestamp: int) -> None:
    """Remove what periodic work left when it failed a month ago: it carried nothing."""
    await context.app.job_manager.delete_old_jobs(nb_hours=30 * 24, queue=TENDING, include_failed=True)


@app.periodic(cron="* * * * *", periodic_id="sharing")
@app.task(name="followup.sharing.tasks.reconcile_all", queue=TENDING, queueing_lock="reconcile_all")
def reconcile_all(timestamp: int) -> None:
    """Stop and retract what is no longer covered only because time has passed."""
    each(_no_longer_covered(), _reconcile, task="reconcile_all", named="subject")


def _no_longer_covered() -> Iterator[UUID]:
    """Everybody about whom something is out that is not covered; looked through in batches, none told of twice."""
    last, told = 0, set[UUID]()
    while shares := list(
        Delivery.objects.live_shares()
        .filter(pk__gt=last)
        .select_related("disclosure__mapping", "organisation")
        .order_by("pk")[:BATCH]
    ):
        last = shares[-1].pk
        gone = uncovered(shares)
        found = {share.person_id for share in shares if share.pk in gone} - told
        told |= found
        yield from sorted(found)


def _reconcile(person_id: UUID) -> None:
    reconcile(Person.objects.get(pk=person_id), by=WORKER)


@app.periodic(cron="* * * * *", periodic_id="sharing")
@app.task(name="followup.sharing.tasks.end_by_time", queue=TENDING, queueing_lock="end_by_time")
def end_by_time(timestamp: int) -> None:
    """Write down the end of consents whose time or legal basis has run out; the gate and the outside follow at once."""
    each(list(ended_by_time()), _end, task="end_by_time", named="subject")


def _end(ended: tuple[UUID, Cause]) -> None:
    person_id, cause = ended
    person = Person.objects.get(pk=person_id)
    end_because(person, cause=cause, by=WORKER)
    reconcile(person, by=WORKER)


@app.periodic(cron="* * * * *", periodic_id="sharing")
@app.task(name="followup.sharing.tasks.wake_waiting", queue=TENDING, queueing_lock="wake_waiting")
def wake_waiting(timestamp: int) -> None:
    """Wake what waits without a job to wake it: a job that a person deleted must lose nobody's message."""
    overdue = timezone.now() - timedelta(seconds=pace.seconds(60))
    waiting = Delivery.objects.filter(state__in=WAITING, state_at__lt=overdue).exclude(
        organisation__channel=Channel.INBOX
    )
    each(list(queue.asleep(waiting)), lambda pair: queue.wake_pair(*pair), task="wake_waiting", named="subject")
