"""Receipts as a recipient's system sends them."""

import uuid

from brik.vault.canonical import canonical
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.wire import message_schemas, signing

DOOR = "/meldinger/kvittering"


def receipt(key, delivery, status=ReceiptStatus.RECEIVED, *, message_id=None, envelope=None, written=None, **more):
    """A signed receipt; ``envelope`` is another message id there, ``written`` what else its envelope says."""
    message_id = message_id or str(uuid.uuid4())
    content = {"meldingsId": message_id, "meldingsIdRef": str(delivery.message_id), "status": status.value} | more
    return signing.sign(
        canonical(content),
        key=key,
        message_id=envelope or message_id,
        **({"schema": message_schemas.RECEIPT} | (written or {})),
    )


def post(client, token):
    return client.post(DOOR, data=token, content_type="application/jose")
