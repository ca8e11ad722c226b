"""The worker's jobs for the desk."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from brik.arrivals.models import Message
from brik.jobs.periodic_work import EVERY_MINUTE, each, periodic
from brik.jobs.retries import PersistentRetry
from brik.mapping.record import lifecycle
from brik.people.models import Person
from brik.vault import keys
from followup.desk import following, receiving
from followup.desk.figures import counts
from followup.desk.retention import actions as retention
from followup.sharing.delivery import queue
from followup.sharing.jobs import WORKER


@app.task(name=following.FOLLOW, queue=queue.QUEUE, retry=PersistentRetry())
def follow(person: str) -> None:
    """Carry out what follows from a change about one person."""
    with keys.ring():
        following.carry_out(UUID(person), by=WORKER)


@periodic("follow_all", cron=EVERY_MINUTE)
def follow_all(timestamp: int) -> None:
    """Carry out what a lost job has not, and what need not be heard any longer."""
    each(
        following.left_over(),
        lambda person: following.carry_out(person, by=WORKER),
        task="follow_all",
        named="subject",
    )


@periodic("take_effect", cron=EVERY_MINUTE)
def take_effect(timestamp: int) -> None:
    """Carry out what messages told ahead, when it comes. Every look asks the moment of a release itself."""
    due = Message.objects.due(timezone.now()).values_list("pk", flat=True)
    each(list(due), lambda message: receiving.take_effect(message, by=WORKER), task="take_effect", named="message")


@periodic("restrict_ended", cron=EVERY_MINUTE)
def restrict_ended(timestamp: int) -> None:
    """Restrict the interviews whose time to be read has ended. Reading asks the moment itself."""
    each(lifecycle.to_restrict(), _restrict, task="restrict_ended", named="subject")


def _restrict(person_id: UUID) -> None:
    lifecycle.restrict_ended(Person.objects.get(pk=person_id), by=WORKER)


@periodic("count_week", cron=EVERY_MINUTE)
def count_week(timestamp: int) -> None:
    """Store each unit's figures when a week has begun; does nothing for the rest of the week."""
    monday = counts.last_monday()
    each(counts.missing(monday), lambda unit: counts.write(unit, monday), task="count_week", named="unit")


@periodic("apply_retention", cron="0 2 * * *")
def apply_retention(timestamp: int) -> None:
    """Destroy the keys of what has been kept as long as the consent texts say."""
    retention.run(by=WORKER)
