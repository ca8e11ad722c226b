"""Waking the worker: a job in the transaction of the decision. What is to be sent stands in our own table.

A job says only "look at what waits for this person and recipient". One lock for each pair keeps two workers from doing
so at once, and the order is that of the deliveries, so a job too many does no harm and no job carries content.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from followup.sharing.models import Delivery

QUEUE = "deliveries"
# The name of the job stands in the database with every job that waits.
DELIVER = "deliver"
# A job planned for later would hold back a newer one with the same lock; what a person asks for goes ahead of it.
PLANNED, FIRST = 0, 1

# Jobs are written through Django's own connection, in a worker too: only so do they share its transaction.
_manager = JobManager(DjangoConnector())


def lock(person_id: UUID | str, organisation_id: int) -> str:
    """What only one worker at a time may hold."""
    return f"{person_id}:{organisation_id}"


def wake(delivery: Delivery, *, at: datetime | None = None, first: bool = False) -> None:
    """Have the worker look at what waits for the person and recipient of ``delivery``: now, or at ``at``."""
    wake_pair(delivery.person_id, delivery.organisation_id, at=at, first=first)


def wake_pair(person_id: UUID, organisation_id: int, *, at: datetime | None = None, first: bool = False) -> None:
    """Have the worker look at what waits for one recipient about one person."""
    configure_task(
        name=DELIVER,
        job_manager=_manager,
        queue=QUEUE,
        lock=lock(person_id, organisation_id),
        schedule_at=at,
        priority=FIRST if first else PLANNED,
    ).defer(person=str(person_id), organisation=organisation_id)


def asleep(waiting: QuerySet[Delivery]) -> QuerySet[Delivery, tuple[UUID, int]]:
    """The person and recipient of what waits without a job to wake it, each pair once."""
    lock_of_pair = Concat(
        Cast(OuterRef("person"), CharField()), Value(":"), Cast(OuterRef("organisation"), CharField())
    )
    awake = ProcrastinateJob.objects.filter(lock=lock_of_pair, status__in=["todo", "doing"])
    return waiting.filter(~Exists(awake)).order_by().values_list("person", "organisation").distinct()


def wake_rest(delivery: Delivery) -> None:
    """Have the worker look at once, if anything waits for the person and recipient of ``delivery``."""
    if Delivery.objects.queue(delivery.person_id, delivery.organisation_id).exists():
        wake(delivery, first=True)
