"""Jobs that wake the worker, written in the transaction of the decision.

A job carries no content. It only says: send what waits for this person and recipient. What waits, and in which order,
is in the table of deliveries, so an extra job does no harm. Each pair has a lock that one worker holds at a time.
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
# A job planned for later holds back newer jobs with the same lock. What a person asks for has priority over it.
PLANNED, FIRST = 0, 1

# Jobs are written through Django's connection, also in a worker, so that they belong to its transaction.
manager = JobManager(DjangoConnector())


def lock(person_id: UUID | str, organisation_id: int) -> str:
    """The name of the lock of one person and recipient. One worker holds it at a time."""
    return f"{person_id}:{organisation_id}"


def wake(delivery: Delivery, *, at: datetime | None = None, first: bool = False) -> None:
    """Queue a job that sends what waits for the person and recipient of ``delivery``, now or at ``at``."""
    wake_pair(delivery.person_id, delivery.organisation_id, at=at, first=first)


def wake_pair(person_id: UUID, organisation_id: int, *, at: datetime | None = None, first: bool = False) -> None:
    """Queue a job that sends what waits for one recipient about one person."""
    configure_task(
        name=DELIVER,
        job_manager=manager,
        queue=QUEUE,
        lock=lock(person_id, organisation_id),
        schedule_at=at,
        priority=FIRST if first else PLANNED,
    ).defer(person=str(person_id), organisation=organisation_id)


def pairs_without_job(waiting: QuerySet[Delivery]) -> QuerySet[Delivery, tuple[UUID, int]]:
    """Each person and recipient with a waiting delivery and no job to send it."""
    lock_of_pair = Concat(
        Cast(OuterRef("person"), CharField()), Value(":"), Cast(OuterRef("organisation"), CharField())
    )
    awake = ProcrastinateJob.objects.filter(lock=lock_of_pair, status__in=["todo", "doing"])
    return waiting.filter(~Exists(awake)).order_by().values_list("person", "organisation").distinct()


def wake_rest(delivery: Delivery) -> None:
    """Queue a job now, if anything else waits for the person and recipient of ``delivery``."""
    if Delivery.objects.queue(delivery.person_id, delivery.organisation_id).exists():
        wake(delivery, first=True)
