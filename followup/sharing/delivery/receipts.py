"""Receipts: what a recipient's system did with a message. They come as the answer to it, or later at our endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from brik.audit import log
from brik.audit.actors import Actor, Nobody, Process
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.jobs import person_lock
from brik.staff import replaced_keys
from brik.staff.models import Organisation, OrganisationKind
from brik.vault.canonical import new_salt, salted_sha256
from followup.sharing.delivery import queue, succession
from followup.sharing.disclosure.moves import move
from followup.sharing.disclosure.states import ReceiptStatus, may_move, meaning
from followup.sharing.models import Delivery, DeliveryState, Receipt
from followup.sharing.wire import message_schemas, signing


class ReceiptRejected(Exception):
    """A receipt that is refused. ``reason`` is a sentence for the sender, without content."""

    def __init__(self, reason: str, *, unknown: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.unknown = reason, unknown

    @property
    def code(self) -> Reason:
        """The reason for the log."""
        return Reason.NOT_FOUND if self.unknown else Reason.NOT_ACCEPTED


@dataclass(frozen=True)
class ReceiptContent:
    """A receipt that follows its schema, and the system that signed it."""

    message_id: str
    about: str
    status: ReceiptStatus
    words: dict[str, str]
    payload: bytes


@dataclass(frozen=True)
class TakenReceipt:
    """A receipt that was stored now or before."""

    delivery: Delivery
    status: ReceiptStatus
    seen_before: bool


@dataclass(frozen=True)
class VerifiedMessage:
    """A posted message, signed by a known recipient."""

    signed: signing.Signed
    organisation: Organisation


def receive(verified: VerifiedMessage | None) -> TakenReceipt:
    """Take a receipt posted to us, and record an event in any case. Raises :class:`ReceiptRejected`."""
    actor: Actor = Nobody()
    try:
        if verified is None:
            raise ReceiptRejected("Kvitteringen er ikke signert av en kjent avsender.")
        signed, organisation = verified.signed, verified.organisation
        actor = Process("kvittering", actor_unit=f"org:{organisation.number}")
        content = read(signed, organisation)
        with transaction.atomic():
            delivery = _delivery(content.about, organisation)
            person_lock.hold(delivery.person_id)
            delivery = Delivery.objects.select_related("organisation").get(pk=delivery.pk)
            taken = take(content, delivery=delivery, by=actor)
            queue.wake_rest(delivery)
            return taken
    except ReceiptRejected as rejected:
        log.record(Verb.RECEIPT_REJECTED, by=actor, reason=rejected.code, about=rejected.reason)
        raise


def verify(token: bytes) -> VerifiedMessage | None:
    """The message, if a known recipient has signed it. Stores nothing."""
    senders: dict[str, Organisation] = {}

    def key_of(kid: str) -> dict[str, object] | None:
        found = replaced_keys.signer(kid)
        if found is None:
            return None
        senders[kid], jwk = found
        return jwk

    try:
        signed = signing.verify(token, key_of)
    except message_schemas.InvalidMessage:
        return None
    return VerifiedMessage(signed, senders[signed.kid])


def read(signed: signing.Signed, organisation: Organisation) -> ReceiptContent:
    """What a receipt says that ``organisation`` has signed. Raises :class:`ReceiptRejected`."""
    if signed.schema != message_schemas.RECEIPT:
        raise ReceiptRejected("Meldingen er ikke en kvittering.")
    if signed.version not in message_schemas.VERSIONS[message_schemas.RECEIPT]:
        raise ReceiptRejected("SchemaVersion er ukjent.")
    if signed.sender != OrganisationKind(organisation.kind).entry.sender:
        raise ReceiptRejected("senderOrganization er en annen enn den nøkkelen tilhører.")
    try:
        content = message_schemas.read(signed.payload, message_schemas.RECEIPT)
    except message_schemas.InvalidMessage as error:
        raise ReceiptRejected(f"Kvitteringen følger ikke skjemaet ({error}).") from error
    if content["meldingsId"] != signed.message_id:
        raise ReceiptRejected("Kvitteringen har en annen id enn konvolutten.")
    return ReceiptContent(
        message_id=signed.message_id,
        about=content["meldingsIdRef"],
        status=ReceiptStatus(content["status"]),
        words={
            "description": content.get("beskrivelse", ""),
            "case": content.get("saksRef", ""),
            "signed": signed.token,
        },
        payload=signed.payload,
    )


def is_as_signed(receipt: Receipt) -> bool:
    """Whether a stored receipt is what its recipient has signed, with a key that was good when it came.

    Raises ``SealBroken`` where it does not open.
    """
    try:
        signed = signing.verify(
            receipt.content.open()["signed"],
            lambda kid: replaced_keys.key_at(receipt.organisation, kid, receipt.received_at),
        )
        content = read(signed, receipt.organisation)
    except (message_schemas.InvalidMessage, ReceiptRejected):
        return False
    stored = (receipt.message_id, str(receipt.delivery.message_id), receipt.status)
    return stored == (content.message_id, content.about, content.status) and receipt.is_of(content.payload)


def take(content: ReceiptContent, *, delivery: Delivery, by: Actor) -> TakenReceipt:
    """Store a receipt from the delivery's recipient, and move the delivery to the state that follows from it.

    The same receipt again changes nothing. A failure told after a positive receipt counts: the recipient does not have
    it. Any other receipt that comes too late is stored and moves nothing.
    The caller's transaction holds the person's lock. Raises :class:`ReceiptRejected`.
    """
    if content.about != str(delivery.message_id):
        raise ReceiptRejected("Kvitteringen gjelder en annen melding.")
    same_id = Receipt.objects.filter(organisation=delivery.organisation_id, message_id=content.message_id)
    before = same_id.order_by().first()
    if before is not None:
        if before.delivery_id != delivery.pk or not before.is_of(content.payload):
            raise ReceiptRejected("En annen kvittering har brukt samme id.")
        return TakenReceipt(delivery, content.status, seen_before=True)
    salt = new_salt()
    receipt = Receipt(
        person_id=delivery.person_id,
        delivery=delivery,
        disclosure_id=delivery.disclosure_id,
        organisation_id=delivery.organisation_id,
        message_id=content.message_id,
        status=content.status,
        content={**content.words, "salt": salt},
        sha256=salted_sha256(content.payload, salt),
    )
    receipt.save()
    to, verb = meaning(content.status), Verb.RECEIPT_RECEIVED
    if may_move(delivery.state, to):
        move(delivery, to)
        if to == DeliveryState.FAILED:
            succession.replace_another(delivery, by=by)
        verb = {DeliveryState.ACCEPTED: Verb.DELIVERY_ACCEPTED, DeliveryState.FAILED: Verb.DELIVERY_FAILED}.get(
            to, verb
        )
    log.record(verb, by=by, subject=delivery.person_id, obj=receipt, reason=content.status.name.lower())
    return TakenReceipt(delivery, content.status, seen_before=False)


def _delivery(reference: str, organisation: Organisation) -> Delivery:
    """The message a receipt is about. It must have been sent to the organisation that signed the receipt."""
    try:
        message_id = UUID(reference)
    except ValueError as error:
        raise ReceiptRejected("Kvitteringen gjelder en ukjent melding.", unknown=True) from error
    delivery = Delivery.objects.filter(message_id=message_id, organisation=organisation, attempts_made__gt=0).first()
    if delivery is None:
        raise ReceiptRejected("Kvitteringen gjelder en ukjent melding.", unknown=True)
    return delivery
