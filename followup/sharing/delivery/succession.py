"""What a waiting share replaces, once the share it was to replace has been rejected."""

from __future__ import annotations

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.verbs import Verb
from brik.vault.canonical import new_salt, salted_sha256
from brik.vault.sealing import SealBroken
from followup.sharing.disclosure.clearance import clearance_of
from followup.sharing.disclosure.composition import predecessor, sealed_payload
from followup.sharing.models import Delivery, DeliveryKind, Disclosure
from followup.sharing.wire import payload


def replace_another(rejected: Delivery, *, by: Actor) -> None:
    """Let the shares that wait to replace ``rejected`` replace what the recipient has received before it.

    A recipient does not know a message that it has rejected. A disclosure is never changed, so the delivery gets
    another one, which differs in nothing else. Of what may not be shared any longer nothing is decided anew: it is
    stopped before it is sent. The caller's transaction holds the person's lock.
    """
    waiting = Delivery.objects.queue(rejected.person_id, rejected.organisation_id).filter(
        kind=DeliveryKind.SHARE, pk__gt=rejected.pk, attempts_made=0
    )
    clearance = clearance_of(rejected.person_id, rejected.organisation_id)
    for delivery in waiting.select_related("disclosure__mapping__corrects", "organisation"):
        if not clearance.allows(delivery.disclosure):
            continue
        received = predecessor(delivery.disclosure.mapping, delivery.organisation, before=delivery)
        if (received.disclosure_id if received else None) == delivery.disclosure.replaces_id:
            continue
        try:
            delivery.disclosure = _replacing(received, delivery.disclosure)
        except SealBroken:
            continue  # it is set aside before it is sent
        delivery.save(update_fields=["disclosure"])
        log.record(
            Verb.DISCLOSED,
            by=by,
            subject=delivery.person_id,
            obj=delivery.disclosure,
            about=delivery.organisation.number,
        )


def _replacing(received: Delivery | None, old: Disclosure) -> Disclosure:
    content, salt = payload.replacing(sealed_payload(old), received.message_id if received else None), new_salt()
    disclosure = Disclosure(
        person_id=old.person_id,
        mapping_id=old.mapping_id,
        organisation_id=old.organisation_id,
        replaces=received.disclosure if received else None,
        themes=old.themes,
        decisions=old.decisions,
        tells_place=old.tells_place,
        legal_basis=old.legal_basis,
        purpose=old.purpose,
        content={**old.content.open(), "salt": salt},
        payload=content,
        payload_sha256=salted_sha256(content, salt),
        schema=old.schema,
        schema_version=old.schema_version,
        decided_by_id=old.decided_by_id,
        decided_at=old.decided_at,
    )
    disclosure.save()
    return disclosure
