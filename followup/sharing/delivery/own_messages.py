"""Whether a message that somebody shows us is one that we have sent: by our key of that time, and by our own rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from brik.vault.codes.coded_models import proved
from brik.vault.providers.signing_key import public_key_at
from brik.vault.sealing import Shredded
from followup.sharing.delivery.sending import contents
from followup.sharing.models import Delivery
from followup.sharing.wire import signing
from followup.sharing.wire.message_schemas import InvalidMessage

# Every key that has ever signed was good then.
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class OwnMessage:
    """A message that is ours."""

    message_id: UUID
    key_id: str
    sent_at: datetime
    # Not when what was sent is erased by now: then the signature alone tells.
    is_compared: bool


def own_message(token: bytes) -> OwnMessage:
    """The message, if we have sent it. The time is that of our attempt to send it, never one that the message names.

    Raises ``InvalidMessage`` with what is wrong, and ``SealBroken`` where our own rows do not fit.
    """
    signed = signing.verify(token, signing.own_key_at(_EARLIEST))
    try:
        message_id = UUID(signed.message_id)
    except ValueError:
        raise InvalidMessage("no message of this id was sent") from None
    delivery = Delivery.objects.filter(message_id=message_id).select_related("disclosure").first()
    attempts = proved(delivery.attempts.order_by("-number")) if delivery else []
    if delivery is None or not attempts:
        raise InvalidMessage("no message of this id was sent")
    sent_at = next((attempt.started_at for attempt in attempts if public_key_at(signed.kid, attempt.started_at)), None)
    if sent_at is None:
        raise InvalidMessage("the key was retired before the message was sent")
    return OwnMessage(message_id, signed.kid, sent_at, is_compared=_is_same(signed.payload, delivery))


def _is_same(payload: bytes, delivery: Delivery) -> bool:
    """Whether it could be compared with what was sent. Raises ``InvalidMessage`` for other content."""
    try:
        same = sha256(payload).digest() == sha256(contents(delivery)).digest()
    except Shredded:
        return False
    if not same:
        raise InvalidMessage("the message that was sent says something else")
    return True
