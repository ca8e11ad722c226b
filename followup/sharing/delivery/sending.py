"""Sends waiting deliveries: commit the attempt, send the bytes, commit the outcome.

A worker killed before the first commit has sent nothing. After it, the message may have arrived: it is sent again
under the same id, which the recipient takes only once, and a withdrawal retracts it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.jobs import intervals, person_lock
from brik.people.safeguards import assert_intact
from brik.staff import replaced_keys
from brik.vault.codes.coded_models import changed_past_us, proved
from brik.vault.sealing import SealBroken
from followup.sharing.delivery import queue, receipts
from followup.sharing.delivery.reconciliation import reconcile
from followup.sharing.disclosure.clearance import proved_clearance_of
from followup.sharing.disclosure.composition import proved_payload
from followup.sharing.disclosure.moves import move
from followup.sharing.disclosure.states import WAITING
from followup.sharing.models import Attempt, AttemptOutcome, Delivery, DeliveryKind, DeliveryState
from followup.sharing.wire import case_system, message_schemas, payload, signing


@dataclass(frozen=True)
class Outgoing:
    """A message whose attempt is committed and that is sent next."""

    person: UUID
    delivery: int
    attempt: int
    message_id: UUID
    schema: str
    version: str
    payload: bytes
    public_key: dict[str, Any] | None
    # Whether another delivery waits behind it.
    more: bool


def send_waiting(person_id: UUID, organisation_id: int, *, shares: bool = True, by: Actor) -> None:
    """Send what waits for one recipient about one person, in order, until a delivery must wait.

    Without ``shares`` only retractions are sent; the shares wait as they are.

    Raises ``ImproperlyConfigured`` before any attempt when nothing can be sent: an attempt means "may have arrived".
    """
    case_system.require_ready()
    more = True
    while more:
        outgoing = begin(person_id, organisation_id, shares=shares, by=by)
        if outgoing is None:
            return
        try:
            answer = case_system.send(
                outgoing.payload,
                message_id=str(outgoing.message_id),
                schema=outgoing.schema,
                version=outgoing.version,
                public_key=outgoing.public_key,
                replaced_key=partial(replaced_keys.replaced_key, organisation_id),
            )
        except case_system.NoAnswer as silence:
            end(outgoing, answer=None, detail=str(silence), by=by)
        else:
            end(outgoing, answer=answer, detail="", by=by)
        more = outgoing.more


@transaction.atomic
def begin(person_id: UUID, organisation_id: int, *, shares: bool = True, by: Actor) -> Outgoing | None:
    """Commit the attempt to send the next waiting message; None when nothing may be sent now.

    Checks that a share may still go, under the lock that a withdrawal or a restriction takes before it commits.
    """
    person_lock.hold(person_id)
    while True:
        delivery, more = _next(person_id, organisation_id, shares=shares)
        if delivery is None:
            return None
        content = contents(delivery) if delivery.kind == DeliveryKind.RETRACTION else _permitted(delivery, by=by)
        if content is not None:
            break
    if changed_past_us([delivery]):
        # A retraction goes on whatever has become of its row.
        delivery.take_as_found()
        log.record(Verb.INTEGRITY_BROKEN, by=by, subject=person_id, obj=delivery, reason=Reason.BEFORE_SENDING)
    delivery.attempts_made += 1
    move(delivery, DeliveryState.ATTEMPTED)
    schema, version = _schema_of(delivery)
    attempt = Attempt.objects.create(delivery=delivery, number=delivery.attempts_made)
    log.record(Verb.DELIVERY_ATTEMPTED, by=by, subject=person_id, obj=delivery, about=f"{delivery.attempts_made}")
    return Outgoing(
        person_id,
        delivery.pk,
        attempt.pk,
        delivery.message_id,
        schema,
        version,
        content,
        delivery.organisation.public_key,
        more,
    )


@transaction.atomic
def end(outgoing: Outgoing, *, answer: signing.Signed | None, detail: str, by: Actor) -> None:
    """Commit the outcome of an attempt. Without an answer it is tried again, after a longer wait each time."""
    person_lock.hold(outgoing.person)
    delivery = Delivery.objects.select_related("organisation").get(pk=outgoing.delivery)
    if answer is not None:
        try:
            receipts.take(receipts.read(answer, delivery.organisation), delivery=delivery, by=by)
        except receipts.ReceiptRejected as rejected:
            log.record(
                Verb.RECEIPT_REJECTED, by=by, subject=delivery.person_id, reason=rejected.code, about=rejected.reason
            )
            answer, detail = None, "a receipt that could not be taken"
    outcome = AttemptOutcome.NO_ANSWER if answer is None else AttemptOutcome.ANSWERED
    Attempt.objects.filter(pk=outgoing.attempt).change(outcome=outcome, ended_at=timezone.now(), detail=detail[:120])
    if answer is None and delivery.state in WAITING:
        log.record(
            Verb.DELIVERY_FAILED,
            by=by,
            subject=delivery.person_id,
            obj=delivery,
            reason=Reason.NO_ANSWER,
            about=detail,
        )
        delivery.due_at = timezone.now() + intervals.delay(delivery.attempts_made)
        delivery.save(update_fields=["due_at"])
        queue.wake(delivery, at=delivery.due_at)


def contents(delivery: Delivery) -> bytes:
    """The bytes of a delivery. Raises ``SealBroken`` when they, or whom they go to, differ from what was decided on."""
    if delivery.retracts is not None:
        return payload.retraction_message(
            message_id=delivery.message_id, retracted=delivery.retracts.message_id, created_at=delivery.created_at
        )
    return proved_payload(delivery)


def _schema_of(delivery: Delivery) -> tuple[str, str]:
    """The name and version of the schema that the bytes follow: a share keeps the version it was decided on in."""
    if delivery.kind == DeliveryKind.RETRACTION:
        return message_schemas.RETRACTION, message_schemas.newest(message_schemas.RETRACTION)
    return delivery.disclosure.schema, delivery.disclosure.schema_version


def _next(person_id: UUID, organisation_id: int, *, shares: bool) -> tuple[Delivery | None, bool]:
    """The first waiting delivery, if it may be sent now, and whether others wait behind it.

    A parked share holds back the shares behind it, but no retraction.
    """
    queued = Delivery.objects.queue(person_id, organisation_id)
    queued = queued.select_related("disclosure", "organisation", "person__gate")
    waiting = list(queued[:2])
    if waiting and (not shares or waiting[0].state == DeliveryState.PARKED):
        waiting = list(queued.filter(kind=DeliveryKind.RETRACTION)[:2])
    if not waiting or (waiting[0].due_at is not None and waiting[0].due_at > timezone.now()):
        return None, False
    return waiting[0], len(waiting) > 1


def _permitted(delivery: Delivery, *, by: Actor) -> bytes | None:
    """The bytes of an intact share that may still go. One that may not go is reconciled.

    One that is broken, or whose consent is not what was signed, is parked. A retraction is never held back by this.
    """
    try:
        proved([delivery])
        assert_intact(delivery.person)
        content = contents(delivery)
        clearance = proved_clearance_of(delivery.person_id, delivery.organisation_id)
    except SealBroken:
        _set_aside(delivery, by=by)
        return None
    if clearance.allows_message(json.loads(content)):
        return content
    reconcile(delivery.person, by=by)
    still = Delivery.objects.get(pk=delivery.pk)
    if still.state in WAITING:
        _set_aside(still, by=by)
    return None


def _set_aside(delivery: Delivery, *, by: Actor) -> None:
    """Park a delivery whose stored bytes are not those decided on. Nothing is sent until a person has looked at it."""
    delivery.take_as_found()
    delivery.broken = True
    delivery.save(update_fields=["broken"])
    move(delivery, DeliveryState.PARKED)
    log.record(Verb.INTEGRITY_BROKEN, by=by, subject=delivery.person_id, obj=delivery, reason=Reason.BEFORE_SENDING)
