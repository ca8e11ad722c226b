"""The worker's jobs for sharing. A job carries ids only; our own tables say what has to be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from brik.audit.actors import Process
from brik.jobs import clocks, intervals
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
    """Send what waits for one recipient about one person; no share by a clock that is not the database's.

    A share that is held back so is tried again every minute (:func:`wake_waiting`).
    """
    with keys.ring():
        send_waiting(UUID(person), organisation, shares=clocks.agree(), by=WORKER)


@periodic("reconcile_all", cron=EVERY_MINUTE)
def reconcile_all(timestamp: int) -> None:
    """Cancel and retract what is no longer covered because time has passed."""
    each(_no_longer_covered(), _reconcile, task="reconcile_all", named="subject")


def _no_longer_covered() -> Iterator[UUID]:
    """Each person about whom something is shared that is not covered. Reads in batches, yields nobody twice."""
    last, seen = 0, set[UUID]()
    while shares := list(
        Delivery.objects.live_shares()
        .filter(pk__gt=last)
        .select_related("disclosure__mapping", "organisation")
        .order_by("pk")[:BATCH]
    ):
        last = shares[-1].pk
        gone = uncovered(shares)
        person_ids = {share.person_id for share in shares if share.pk in gone} - seen
        seen |= person_ids
        yield from sorted(person_ids)


def _reconcile(person_id: UUID) -> None:
    reconcile(Person.objects.get(pk=person_id), by=WORKER)


@periodic("end_by_time", cron=EVERY_MINUTE)
def end_by_time(timestamp: int) -> None:
    """End consents whose time or legal basis has run out; close the gate and reconcile in the same transaction."""
    each(list(ended_by_time()), _end, task="end_by_time", named="subject")


def _end(ended: tuple[UUID, EndCause]) -> None:
    person_id, cause = ended
    person = Person.objects.get(pk=person_id)
    end_because(person, cause=cause, by=WORKER)
    reconcile(person, by=WORKER)


@periodic("wake_waiting", cron=EVERY_MINUTE)
def wake_waiting(timestamp: int) -> None:
    """Queue a job for each waiting delivery that has none: a deleted job must not lose a message."""
    overdue = timezone.now() - timedelta(seconds=intervals.seconds(60))
    waiting = Delivery.objects.filter(state__in=WAITING, state_at__lt=overdue).exclude(
        organisation__channel=Channel.INBOX
    )
    each(
        list(queue.pairs_without_job(waiting)),
        lambda pair: queue.wake_pair(*pair),
        task="wake_waiting",
        named="subject",
    )
