"""Signed arrival messages: checks the envelope, takes the message in, and makes the ``Kvittering`` that answers it.

The same bytes sent again get the same receipt: its id is derived from what was received.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from typing import assert_never

from django.db import transaction

from brik.arrivals.timeline.outcomes import MessageOutcome, MessageStatus
from brik.arrivals.xml.messages import MADE_HERE, MessageType, fold_id, parse
from brik.arrivals.xml.xml_elements import VERSION
from brik.arrivals.xml.xml_reader import MAX_BYTES, MessageRefused
from brik.audit import log
from brik.audit.actors import Nobody, Process
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.staff.models import MessageKey
from brik.vault import keys
from followup.desk import receiving as arrivals
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.wire import message_schemas, signing

RECEIPTS = uuid.UUID("5b3a1a6e-8f0c-4a55-9d0e-2f6d0c1f7b11")
# The limit is that of the XML, which stands in the token in base64, beside an envelope and a signature.
MOST_BYTES = MAX_BYTES * 4 // 3 + 16 * 1024


@dataclass(frozen=True)
class IntakeReceipt:
    """The answer to the sender. The status, one of the sector's five, says who must act."""

    http: int
    status: ReceiptStatus
    about: str
    text: str = ""
    source: str = ""

    def body(self) -> dict[str, str]:
        body = {
            "meldingsId": str(uuid.uuid5(RECEIPTS, f"{self.source}:{self.about}:{self.status.value}")),
            "meldingsIdRef": self.about,
            "status": self.status.value,
        }
        return body | ({"beskrivelse": self.text} if self.text else {})


def verified(token: bytes) -> signing.Signed | None:
    """The message, if a known sender has signed it. Stores nothing."""
    try:
        return signing.verify(token, _key)
    except message_schemas.InvalidMessage:
        return None


def take(token: bytes, signed: signing.Signed | None) -> IntakeReceipt:
    """Check and take in one message: ``token`` as received, ``signed`` as verified. The receipt says what is wrong."""
    source = keys.lookup_hash("desk.intake", hashlib.sha256(token).hexdigest()).hex()
    if signed is None:
        text = "Meldingen er ikke signert med en kjent nøkkel (RS256), eller konvolutten er ufullstendig."
        return _turned_away(401, text, source)
    if fault := _fault_in_envelope(signed):
        return _turned_away(*fault, source, about=signed.message_id)
    with transaction.atomic():
        outcome = arrivals.receive(
            signed.payload,
            message_id=signed.message_id,
            sender=signed.sender,
            by=Process("intake", actor_unit=signed.sender),
        )
    return _receipt(outcome, signed.message_id, source)


def _turned_away(http: int, text: str, source: str, *, about: str = "") -> IntakeReceipt:
    log.record(Verb.MESSAGE_REJECTED, by=Nobody(), reason=Reason.NOT_TRUSTED, about=text)
    return IntakeReceipt(http, ReceiptStatus.SENDER_TECHNICAL, about, text, source)


def _fault_in_envelope(signed: signing.Signed) -> tuple[int, str] | None:
    """HTTP status and sentence when the envelope contradicts the message; None when they agree."""
    if MessageKey.objects.get(kid=signed.kid).sender != signed.sender:
        return 403, "senderOrganization er en annen enn den nøkkelen tilhører."
    if signed.schema not in set(MessageType) - MADE_HERE or signed.version != VERSION:
        return 422, "SchemaName eller SchemaVersion er ukjent."
    try:
        content = parse(signed.payload, message_id=signed.message_id)
    except MessageRefused:
        # ``receive`` rejects it and records the event.
        return None
    if content.type != signed.schema:
        return 422, "SchemaName er en annen enn meldingens rotelement."
    if content.message_id != fold_id(signed.message_id):
        return 422, "messageId er en annen enn meldingens MeldingsId."
    return None


def _key(kid: str) -> dict[str, object] | None:
    return next((key.jwk for key in MessageKey.objects.trusted().filter(kid=kid).proved()), None)


def _receipt(outcome: MessageOutcome, about: str, source: str) -> IntakeReceipt:
    match outcome.status:
        case MessageStatus.REJECTED:
            broken = outcome.malformed
            status = ReceiptStatus.SENDER_TECHNICAL if broken else ReceiptStatus.SENDER_INCOMPLETE
            return IntakeReceipt(422, status, about, outcome.reason, source)
        case MessageStatus.ACCEPTED | MessageStatus.DUPLICATE | MessageStatus.PARKED if outcome.waits:
            return IntakeReceipt(202, ReceiptStatus.UNDER_RECEIPT, about, outcome.what_was_left_out, source)
        case MessageStatus.ACCEPTED | MessageStatus.DUPLICATE | MessageStatus.PARKED:
            return IntakeReceipt(200, ReceiptStatus.RECEIVED, about, outcome.what_was_left_out, source)
        case _:
            assert_never(outcome.status)
