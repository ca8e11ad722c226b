"""Receipts as a recipient's system sends them."""

import uuid

from brik.vault.canonical import canonical
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.wire import message_schemas, signing

DOOR = "/meldinger/kvittering"


def receipt(key, delivery, status=ReceiptStatus.RECEIVED, *, message_id=None, envelope=None, schema=None, **more):
    message_id = message_id or str(uuid.uuid4())
    content = {"meldingsId": message_id, "meldingsIdRef": str(delivery.message_id), "status": status.value} | more
    return signing.sign(
        canonical(content), key=key, message_id=envelope or message_id, schema=schema or message_schemas.RECEIPT
    )


def post(client, token):
    return client.post(DOOR, data=token, content_type="application/jose")
