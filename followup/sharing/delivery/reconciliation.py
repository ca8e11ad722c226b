"""Cancels or retracts whatever a recipient may no longer have: by the consent, or by the person's protection."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.jobs import person_lock
from brik.mapping.record.states import InterviewState as MappingState
from brik.people.models import Person
from brik.staff.models import Channel
from brik.vault.codes.coded_models import changed_past_us
from consent.models import Withdrawal
from followup.sharing.delivery import disposal, queue
from followup.sharing.disclosure.clearance import clearances
from followup.sharing.disclosure.moves import move
from followup.sharing.disclosure.states import WAITING
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState

# Answers that may be shared: signed off, or replaced by a corrected version not yet sent.
SHAREABLE = (MappingState.FINAL, MappingState.SUPERSEDED)
# Answers that what was sent may go on telling: the time to read the interview inside ends before that of recipients.
TOLD = (*SHAREABLE, MappingState.RESTRICTED)


@dataclass(frozen=True)
class Reconciled:
    """The shares that were cancelled and retracted. Retracted ones without a receipt are also in ``unanswered``."""

    cancelled: list[Delivery] = field(default_factory=list)
    retracted: list[Delivery] = field(default_factory=list)
    unanswered: list[Delivery] = field(default_factory=list)


@transaction.atomic
def reconcile(person: Person, *, by: Actor) -> Reconciled:
    """Cancel waiting shares and retract sent shares that their recipient may no longer have.

    Called in the transaction of the cause, or in a job after it.

    Holds the lock that every attempt takes: after the commit no attempt to send an uncovered share can be committed.
    A share that only a withdrawal not yet heard has ended is read and sent no more, but stays where it is until then.
    """
    person_lock.hold(person.pk)
    shares = list(
        Delivery.objects.live_shares()
        .filter(person=person.pk)
        .select_related("disclosure__mapping", "organisation")
        .order_by("pk")
    )
    gone = uncovered(shares)
    unheard = Withdrawal.objects.unheard().filter(person=person.pk)
    kept = gone - uncovered(shares, but_for=unheard) if gone else set()
    result = Reconciled()
    broken = _changed(shares, gone, by=by)
    for share in (share for share in shares if share.pk in gone):
        if share.state in (DeliveryState.QUEUED, DeliveryState.PARKED) and _never_left(share, broken):
            move(share, DeliveryState.CANCELLED)
            result.cancelled.append(share)
            log.record(Verb.DELIVERY_CANCELLED, by=by, subject=person.pk, obj=share)
            queue.wake_rest(share)
            continue
        if share.pk in kept:
            if share.state in WAITING:
                move(share, DeliveryState.PARKED)
                log.record(Verb.DELIVERY_PARKED, by=by, subject=person.pk, obj=share, reason=Reason.NOT_YET_HEARD)
            continue
        if share.state in (DeliveryState.QUEUED, DeliveryState.ATTEMPTED, DeliveryState.PARKED):
            result.unanswered.append(share)
        _retract(share, broken, by=by)
        result.retracted.append(share)
        log.record(Verb.RETRACTED, by=by, subject=person.pk, obj=share)
    return result


def uncovered(shares: list[Delivery], *, but_for: QuerySet[Withdrawal] | None = None) -> set[int]:
    """The live shares that their recipient may no longer have. Two queries for all; ``but_for`` as ``covered_many``."""
    cleared = clearances(((share.person_id, share.organisation_id) for share in shares), but_for=but_for)
    gone = {
        share.pk
        for share in shares
        if share.disclosure.mapping.state not in (TOLD if share.is_out else SHAREABLE)
        or not cleared[share.person_id, share.organisation_id].allows(share.disclosure)
    }
    # A share takes the shares it replaced with it, or they would become the newest again.
    by_disclosure: dict[UUID, Delivery] = {share.disclosure_id: share for share in shares}
    for share in reversed(shares):
        earlier = by_disclosure.get(share.disclosure.replaces_id) if share.disclosure.replaces_id else None
        if share.pk in gone and earlier is not None:
            gone.add(earlier.pk)
    return gone


def taken_from_recipients(mappings: Collection[UUID], *, since: datetime) -> set[UUID]:
    """The interviews of which a share was stopped or taken back since then. None is shared again by itself."""
    states = (DeliveryState.CANCELLED, DeliveryState.RETRACTING, DeliveryState.RETRACTED)
    shares = Delivery.objects.filter(kind=DeliveryKind.SHARE, disclosure__mapping__in=mappings, state__in=states)
    return set(shares.filter(state_at__gte=since).values_list("disclosure__mapping_id", flat=True))


def _changed(shares: list[Delivery], gone: set[int], *, by: Actor) -> set[int]:
    """Those of the shares to be taken back that were changed past us. Each is an event, and taken back all the same."""
    broken = changed_past_us(share for share in shares if share.pk in gone)
    for share in broken:
        share.take_as_found()
        log.record(Verb.INTEGRITY_BROKEN, by=by, subject=share.person_id, obj=share, reason=Reason.BEFORE_SENDING)
    return {share.pk for share in broken}


def _never_left(share: Delivery, broken: set[int]) -> bool:
    """Whether no attempt was made. Of a row that was changed past us nobody can say that, but of an inbox."""
    return not share.attempts_made and (share.pk not in broken or share.organisation.channel == Channel.INBOX)


def _retract(share: Delivery, broken: set[int], *, by: Actor) -> None:
    if _never_left(share, broken):
        # It was only in the inbox: no system has to delete anything, but people may have printed or noted it.
        move(share, DeliveryState.RETRACTED)
        disposal.ask(share, by=by)
        return
    move(share, DeliveryState.RETRACTING)
    retraction = Delivery(
        kind=DeliveryKind.RETRACTION,
        disclosure=share.disclosure,
        person_id=share.person_id,
        organisation=share.organisation,
        retracts=share,
    )
    retraction.save()
    queue.wake(retraction, first=True)
