"""What the worker runs. Jobs carry ids only; what is to be done stands in our own tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from brik.audit.actors import Process
from brik.jobs import intervals
from brik.jobs.periodic_work import EVERY_MINUTE, each, periodic
from brik.jobs.retries import PersistentRetry
from brik.people.models import Person
from brik.staff.models import Channel
from brik.vault import keys
from consent.record.endings import EndCause, end_because, ended_by_time
from followup.sharing.delivery import queue
from followup.sharing.delivery.reconciliation import reconcile, uncovered
from followup.sharing.delivery.sending import send_waiting
from followup.sharing.disclosure.states import WAITING
from followup.sharing.models import Delivery

WORKER = Process("worker")
BATCH = 500


@app.task(name=queue.DELIVER, queue=queue.QUEUE, retry=PersistentRetry())
def deliver(person: str, organisation: int) -> None:
    """Send what waits for one recipient about one person."""
    with keys.ring():
        send_waiting(UUID(person), organisation, by=WORKER)


@periodic("reconcile_all", cron=EVERY_MINUTE)
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


@periodic("end_by_time", cron=EVERY_MINUTE)
def end_by_time(timestamp: int) -> None:
    """Write down the end of consents whose time or legal basis has run out; the gate and the outside follow at once."""
    each(list(ended_by_time()), _end, task="end_by_time", named="subject")


def _end(ended: tuple[UUID, EndCause]) -> None:
    person_id, cause = ended
    person = Person.objects.get(pk=person_id)
    end_because(person, cause=cause, by=WORKER)
    reconcile(person, by=WORKER)


@periodic("wake_waiting", cron=EVERY_MINUTE)
def wake_waiting(timestamp: int) -> None:
    """Wake what waits without a job to wake it: a job that a person deleted must lose nobody's message."""
    overdue = timezone.now() - timedelta(seconds=intervals.seconds(60))
    waiting = Delivery.objects.filter(state__in=WAITING, state_at__lt=overdue).exclude(
        organisation__channel=Channel.INBOX
    )
    each(list(queue.asleep(waiting)), lambda pair: queue.wake_pair(*pair), task="wake_waiting", named="subject")
