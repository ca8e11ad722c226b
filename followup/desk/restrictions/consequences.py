"""What follows when protection or a ruling has changed: shares are stopped or retracted, and the mapper is told.

It depends on what the person has consented to, so it is done in a job and never in the request of the change.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from brik.audit.actors import Actor
from brik.jobs import person_lock
from brik.mapping.models import NoticeKind
from brik.mapping.record import closed_work, lifecycle
from brik.people.models import Person
from followup.sharing.delivery.queue import QUEUE
from followup.sharing.delivery.reconciliation import reconcile

# The name of the job stands in the database with every job that waits.
FOLLOW = "follow_protection"

# Jobs are written through Django's connection, so that they belong to its transaction.
_manager = JobManager(DjangoConnector())


def queue(person_id: UUID) -> None:
    """Queue the job that carries out what follows for one person."""
    configure_task(name=FOLLOW, job_manager=_manager, queue=QUEUE).defer(person=str(person_id))


@transaction.atomic
def follow(person_id: UUID, *, by: Actor) -> None:
    """Carry out what follows from the person's protection as it is now. Does nothing when it is done already."""
    person_lock.hold(person_id)
    person = Person.objects.get(pk=person_id)
    if person.follow_since is None:
        return
    reconcile(person, by=by)
    mapping = lifecycle.present(person)
    if mapping is not None:
        closed_work.notify([mapping], kind=NoticeKind.PROTECTION)
    Person.objects.filter(pk=person_id).update(follow_since=None)
