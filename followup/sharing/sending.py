"""What the worker does with one waiting delivery: commit the attempt, let the bytes go, commit what came of it.

Killed before the first commit, nothing has gone out. Killed after it, the message may have arrived: it is sent again
under the same id, which the recipient takes once only; and a withdrawal retracts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.verbs import Verb
from brik.vault.sealing import SealBroken
from consent.covers import covered_themes
from followup.sharing import casesystem, locks, messages, pace, payload, queue, receipts, signing
from followup.sharing.composing import sealed_payload
from followup.sharing.models import Attempt, Delivery, Kind, Outcome, State
from followup.sharing.moves import move
from followup.sharing.reconciling import reconcile
from followup.sharing.states import WAITING


@dataclass(frozen=True)
class Outgoing:
    """One message about to go, its attempt committed."""

    attempt: int
    message_id: UUID
    schema: str
    payload: bytes
    public_key: dict[str, Any] | None


def send_waiting(person_id: UUID, organisation_id: int, *, by: Actor) -> None:
    """Send what waits for one recipient about one person, in order, until something must wait."""
    while True:
        with transaction.atomic():
            outgoing = begin(person_id, organisation_id, by=by)
        if outgoing is None:
            return
        try:
            answer = casesystem.send(
                outgoing.payload,
                message_id=str(outgoing.message_id),
                schema=outgoing.schema,
                public_key=outgoing.public_key,
            )
        except casesystem.NoAnswer as silence:
            end(outgoing.attempt, answer=None, detail=str(silence), by=by)
        else:
            end(outgoing.attempt, answer=answer, detail="", by=by)


@transaction.atomic
def begin(person_id: UUID, organisation_id: int, *, by: Actor) -> Outgoing | None:
    """Commit the attempt to send the next waiting message; None when nothing may go now.

    Whether a share is still covered is asked here, under the lock a withdrawal takes before it commits.
    """
    locks.hold(person_id)
    delivery = _next(person_id, organisation_id)
    while delivery is not None and delivery.kind == Kind.SHARE and not _may_go(delivery, by=by):
        delivery = _next(person_id, organisation_id)
    if delivery is None:
        return None
    delivery.attempts_made += 1
    move(delivery, State.ATTEMPTED)
    attempt = Attempt.objects.create(delivery=delivery, number=delivery.attempts_made)
    log.record(Verb.DELIVERY_ATTEMPTED, by=by, subject=person_id, obj=delivery, reason=f"{delivery.attempts_made}")
    return Outgoing(
        attempt.pk,
        delivery.message_id,
        messages.RETRACTION if delivery.kind == Kind.RETRACTION else messages.MAPPING,
        contents(delivery),
        delivery.organisation.public_key,
    )


@transaction.atomic
def end(attempt_id: int, *, answer: signing.Signed | None, detail: str, by: Actor) -> None:
    """Commit what came of an attempt. Without an answer the delivery waits, longer each time, and never gives up."""
    attempt = Attempt.objects.select_related("delivery__organisation").get(pk=attempt_id)
    delivery = attempt.delivery
    locks.hold(delivery.person_id)
    if answer is not None:
        try:
            with transaction.atomic():
                taken = receipts.take(answer, organisation=delivery.organisation, by=by)
                if taken.delivery.pk != delivery.pk:
                    raise receipts.Rejected("the receipt speaks of another message")
        except receipts.Rejected as rejected:
            log.record(Verb.RECEIPT_REJECTED, by=by, subject=delivery.person_id, reason=rejected.reason)
            answer, detail = None, "a receipt that could not be taken"
    attempt.outcome = Outcome.NO_ANSWER if answer is None else Outcome.ANSWERED
    attempt.ended_at, attempt.detail = timezone.now(), detail[:120]
    attempt.save(update_fields=["outcome", "ended_at", "detail"])
    delivery = Delivery.objects.get(pk=delivery.pk)
    if answer is None and delivery.state in WAITING:
        log.record(Verb.DELIVERY_FAILED, by=by, subject=delivery.person_id, obj=delivery, reason=detail)
        delivery.due_at = timezone.now() + pace.delay(delivery.attempts_made)
        delivery.save(update_fields=["due_at"])
        queue.wake(delivery, at=delivery.due_at)


def contents(delivery: Delivery) -> bytes:
    """The very bytes of a delivery. Raises ``SealBroken`` when they are not those that were decided on."""
    if delivery.retracts is not None:
        return payload.retraction_message(
            message_id=delivery.message_id, retracted=delivery.retracts.message_id, created_at=delivery.created_at
        )
    return sealed_payload(delivery.disclosure)


def _next(person_id: UUID, organisation_id: int) -> Delivery | None:
    """The first that waits, if it may go now. What is parked holds back every share behind it, but no retraction."""
    waiting = Delivery.objects.queue(person_id, organisation_id).select_related(
        "disclosure__mapping", "organisation", "retracts"
    )
    first = waiting.first()
    if first is not None and first.state == State.PARKED:
        first = waiting.exclude(state=State.PARKED).filter(kind=Kind.RETRACTION).first()
    if first is None or (first.due_at is not None and first.due_at > timezone.now()):
        return None
    return first


def _may_go(delivery: Delivery, *, by: Actor) -> bool:
    """Whether a share is whole and still covered; if not, it is parked for a person, or stopped."""
    try:
        with transaction.atomic():
            themes = set(messages.read(contents(delivery), messages.MAPPING)["samtykke"]["omfang"])
    except (SealBroken, messages.Malformed):
        _set_aside(delivery, by=by)
        return False
    if themes <= set(covered_themes(delivery.person_id, delivery.organisation_id)):
        return True
    reconcile(delivery.person, by=by)
    still = Delivery.objects.get(pk=delivery.pk)
    if still.state in WAITING:  # the row says less than the message does
        _set_aside(still, by=by)
    return False


def _set_aside(delivery: Delivery, *, by: Actor) -> None:
    """What is stored is not what was decided on: it stays in the house, and a person must look."""
    delivery.broken = True
    delivery.save(update_fields=["broken"])
    move(delivery, State.PARKED)
    log.record(Verb.INTEGRITY_BROKEN, by=by, subject=delivery.person_id, obj=delivery, reason="before sending")
