"""What follows from a change about a person: done in a job, the same for everybody in the request that queues it.

The request takes the person's lock, writes cause and event, and calls :func:`queue_job`. The job knows the person
only: what is to be done is worked out from the rows, so that a job too many does nothing, and the sweep makes up for
one that was lost.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from procrastinate.tasks import configure_task

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.jobs import intervals, person_lock
from brik.mapping.models import NoticeKind
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import closed_work, lifecycle, person_gate
from brik.people.models import Person
from brik.staff.models import OrganisationKind
from consent.models import Withdrawal
from consent.record.covers import covered_many
from consent.record.receipt import SharedOutside
from consent.record.withdrawal import actions as withdrawals
from followup.desk import stay_changes
from followup.desk.models import StayChange
from followup.sharing.delivery import queue
from followup.sharing.delivery.reconciliation import reconcile
from followup.sharing.models import Delivery, DeliveryState
from followup.sharing.pages.plain_words import disclosed_themes
from followup.sharing.pages.taken_back import taken_back

# The name of the job stands in the database with every job that waits.
FOLLOW: Final = "follow"


def queue_job(person_id: UUID) -> None:
    """Queue the job that carries out what follows for one person, in the transaction of the cause."""
    configure_task(
        name=FOLLOW, job_manager=queue.manager, queue=queue.QUEUE, lock=f"{FOLLOW}:{person_id}", priority=queue.FIRST
    ).defer(person=str(person_id))


@transaction.atomic
def carry_out(person_id: UUID, *, by: Actor) -> None:
    """End what changed stays, withdrawals and protection end, under the lock. Doing it twice changes nothing."""
    person_lock.hold(person_id)
    person = Person.objects.select_related("current_stay__unit").get(pk=person_id)
    unfinished = list(Withdrawal.objects.unfinished().filter(person=person).prefetch_related("decisions"))
    # Nobody sees it before the commit; what is paused would count here as taken back.
    person_gate.resume(person_id)
    changes = stay_changes.undone([person])
    for change in stay_changes.intact(StayChange.objects.filter(person=person, ended_at=None, undone_at=None)):
        stay_changes.carry_out(change, person, by=by)
    if changes:
        stay_changes.restore(person, changes, by=by)
    withdrawals.end_interviews(person, by=by)
    reconcile(person, by=by)
    if person.follow_since is not None:
        _tell_of_protection(person)
    for withdrawal in unfinished:
        _write_receipt(withdrawal, by=by)


def left_over() -> list[UUID]:
    """The people of whom something is not carried out although its job has had the time: it was lost, or has failed."""
    overdue = timezone.now() - timedelta(seconds=intervals.seconds(60))
    waiting = (Withdrawal.objects.unfinished(), StayChange.objects.unfinished())
    found = [rows.filter(recorded_at__lt=overdue).values_list("person_id", flat=True) for rows in waiting]
    protected = Person.objects.filter(follow_since__isnull=False).values_list("pk", flat=True)
    return sorted({person_id for person_ids in (*found, protected) for person_id in person_ids})


def _tell_of_protection(person: Person) -> None:
    """The mapper is told that the person's protection, or a ruling about it, has changed."""
    mapping = lifecycle.present(person)
    if mapping is not None:
        closed_work.notify([mapping], kind=NoticeKind.PROTECTION)
    Person.objects.filter(pk=person.pk).update(follow_since=None)


def _write_receipt(withdrawal: Withdrawal, *, by: Actor) -> None:
    """The receipt lists what was shared, including attempts without an answer.

    It marks what was shared after the person said it (each such share is an event too), and what is retracted along
    with it although the person still consents to it.
    """
    shares = taken_back(withdrawal)
    still = covered_many((share.person_id, share.organisation_id) for share in shares)
    said_at = withdrawal.said_at
    out = [_out(share, still=still[share.person_id, share.organisation_id], said_at=said_at) for share in shares]
    for share in (share for share in [*_cancelled(withdrawal), *shares] if share.created_at > said_at):
        log.record(Verb.WITHDRAWAL_NOTED, by=by, subject=share.person_id, obj=share, reason=Reason.SHARED_AFTERWARDS)
    unsure = any(share.attempts_made and not vars(share)["receipted"] for share in shares)
    withdrawals.write_receipt(withdrawal, out=out, unsure=unsure, by=by)


def _cancelled(withdrawal: Withdrawal) -> QuerySet[Delivery]:
    """The shares that it stopped before they were sent."""
    return Delivery.objects.filter(
        person=withdrawal.person_id, state=DeliveryState.CANCELLED, state_at__gte=withdrawal.recorded_at
    )


def _out(share: Delivery, *, still: Container[Theme], said_at: datetime) -> SharedOutside:
    themes = disclosed_themes(share.disclosure)
    return SharedOutside(
        name=share.organisation.name,
        kind=OrganisationKind(share.organisation.kind),
        themes=tuple(theme for theme in Theme if theme in themes),
        day=timezone.localdate(share.created_at),
        late=share.created_at > said_at,
        sent=bool(share.attempts_made),
        rest=tuple(theme for theme in Theme if theme in themes and theme in still),
    )
