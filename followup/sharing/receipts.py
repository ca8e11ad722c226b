"""Receipts: what a recipient's system says became of a message; at once, or later at our own endpoint."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from brik.audit import log
from brik.audit.actors import Actor, Nobody, Process
from brik.audit.verbs import Verb
from brik.people.models import Organisation
from followup.sharing import locks, messages, queue, signing
from followup.sharing.models import Delivery, Receipt, State
from followup.sharing.moves import move
from followup.sharing.states import MEANING, ReceiptStatus, may_move


class Rejected(Exception):
    """A receipt that is not taken. ``reason`` is a sentence for the sender, without content."""

    def __init__(self, reason: str, *, unknown: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.unknown = reason, unknown


@dataclass(frozen=True)
class Taken:
    """A receipt that was taken, or had been taken before."""

    delivery: Delivery
    status: ReceiptStatus
    seen_before: bool


def receive(token: bytes) -> Taken:
    """Take a receipt posted to us. Raises :class:`Rejected`; either way an event tells of it."""
    actor: Actor = Nobody()
    try:
        senders: dict[str, Organisation] = {}

        def key_of(kid: str) -> dict[str, object] | None:
            sender = Organisation.objects.filter(active=True, public_key__kid=kid).first()
            if sender is None:
                return None
            senders[kid] = sender
            return dict(sender.public_key or {})

        try:
            signed = signing.verify(token, key_of)
        except signing.Untrusted as error:
            raise Rejected("Kvitteringen er ikke signert av en kjent avsender.") from error
        organisation = senders[signed.kid]
        actor = Process("kvittering", actor_unit=f"org:{organisation.number}")
        with transaction.atomic():
            taken = take(signed, organisation=organisation, by=actor)
            queue.wake_rest(taken.delivery)
            return taken
    except Rejected as rejected:
        log.record(Verb.RECEIPT_REJECTED, by=actor, reason=rejected.reason)
        raise


@transaction.atomic
def take(signed: signing.Signed, *, organisation: Organisation, by: Actor) -> Taken:
    """Write down a receipt whose signature has been checked, and move the delivery if the receipt moves it.

    The same receipt again changes nothing. A late or overtaken one is kept, but moves nothing back.
    Raises :class:`Rejected`.
    """
    if signed.schema != messages.RECEIPT:
        raise Rejected("Meldingen er ikke en kvittering.")
    try:
        content = messages.read(signed.payload, messages.RECEIPT)
    except messages.Malformed as error:
        raise Rejected(f"Kvitteringen følger ikke skjemaet ({error}).") from error
    if content["meldingsId"] != signed.message_id:
        raise Rejected("Kvitteringen har en annen id enn konvolutten.")
    delivery = _delivery(content["meldingsIdRef"], organisation)
    locks.hold(delivery.person_id)
    delivery = Delivery.objects.select_related("retracts").get(pk=delivery.pk)
    digest, status = hashlib.sha256(signed.payload).hexdigest(), ReceiptStatus(content["status"])
    before = Receipt.objects.filter(organisation=organisation, message_id=signed.message_id).first()
    if before is not None:
        if (before.sha256, before.delivery_id) != (digest, delivery.pk):
            raise Rejected("En annen kvittering har brukt samme id.")
        return Taken(delivery, status, seen_before=True)
    receipt = Receipt(
        person_id=delivery.person_id,
        delivery=delivery,
        organisation=organisation,
        message_id=signed.message_id,
        status=status,
        content={"description": content.get("beskrivelse", ""), "case": content.get("saksRef", "")},
        sha256=digest,
    )
    receipt.save()
    log.record(Verb.RECEIPT_RECEIVED, by=by, subject=delivery.person_id, obj=receipt, reason=status.value)
    to = MEANING[status]
    if may_move(delivery.state, to):
        verb = {State.ACCEPTED: Verb.DELIVERY_ACCEPTED, State.FAILED: Verb.DELIVERY_FAILED}.get(to)
        if verb is not None:
            log.record(verb, by=by, subject=delivery.person_id, obj=delivery, reason=status.value)
        move(delivery, to)
    return Taken(delivery, status, seen_before=False)


def _delivery(reference: str, organisation: Organisation) -> Delivery:
    """The message a receipt speaks of: one that went to this very sender."""
    try:
        message_id = UUID(reference)
    except ValueError as error:
        raise Rejected("Kvitteringen gjelder en ukjent melding.", unknown=True) from error
    delivery = Delivery.objects.filter(message_id=message_id, organisation=organisation, attempts_made__gt=0).first()
    if delivery is None:
        raise Rejected("Kvitteringen gjelder en ukjent melding.", unknown=True)
    return delivery
