"""What an officer or a partner can do to a share: share it, send it again, park it, read it, answer it."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from brik.audit import log
from brik.audit.verbs import Verb
from brik.jobs import person_lock
from brik.mapping.models import Mapping
from brik.pages.refusal import Refused
from brik.people import protection
from brik.people.safeguards import assert_intact
from brik.staff.access import require
from brik.staff.models import Channel, Organisation, Staff
from brik.vault.canonical import new_salt, salted_sha256
from brik.vault.codes.coded_models import proved
from followup.sharing.delivery import disposal, queue
from followup.sharing.disclosure import composition
from followup.sharing.disclosure.clearance import proved_clearance_of, tells_place
from followup.sharing.disclosure.moves import move
from followup.sharing.disclosure.refusals import AnswerRefusal, DeliveryRefusal, InboxRefusal, ShareRefusal
from followup.sharing.disclosure.states import may_move
from followup.sharing.models import (
    CannotHelp,
    Contact,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Disclosure,
    PartnerAnswer,
    PartnerAnswerKind,
)
from followup.sharing.permissions import SharingPermission
from followup.sharing.wire import message_schemas, payload


@dataclass(frozen=True)
class PreviewSeen:
    """The message the officer saw in the preview. The share must produce exactly these bytes."""

    message_id: uuid.UUID
    created_at: datetime
    sha256: str


@transaction.atomic
def share(
    mapping: Mapping,
    *,
    organisation: Organisation,
    own_ticks: frozenset[str] = frozenset(),
    free_text: frozenset[str] = frozenset(),
    seen: PreviewSeen | None = None,
    by: Staff,
) -> Delivery:
    """Share with ``organisation`` what the consent covers of ``mapping``. The worker sends it; an inbox has it at once.

    A correction replaces what was sent before. Sharing the same ``seen`` twice shares once.

    Raises:
        PermissionDenied: ``by`` is not an approved mapper where the person is.
        Refused: not covered, kept back by a restriction, no channel, not final, nothing to say, or not what was seen.
        SealBroken: a stored row was changed or rolled back outside the application, or what covers is not what was
            signed.
    """
    require(by, SharingPermission.SHARE, mapping.person)
    person_lock.hold(mapping.person_id)
    if seen is not None:
        before = Delivery.objects.filter(message_id=seen.message_id, disclosure__mapping=mapping).first()
        if before is not None:
            return before
    mapping = Mapping.objects.select_related("person__current_stay__unit", "person__gate", "unit", "corrects").get(
        pk=mapping.pk
    )
    # The person may have moved to another unit while this waited for the lock.
    require(by, SharingPermission.SHARE, mapping.person)
    draft = composition.compose(
        mapping,
        organisation=organisation,
        own_ticks=own_ticks,
        free_text=free_text,
        message_id=seen.message_id if seen else uuid.uuid4(),
        created_at=seen.created_at if seen else timezone.now(),
        contact=by.name,
    )
    if seen is not None and seen.sha256 != draft.sha256:
        raise Refused(ShareRefusal.CHANGED)
    themes, place, salt = sorted(theme.value for theme in draft.covered), tells_place(draft.message), new_salt()
    disclosure = Disclosure(
        person_id=mapping.person_id,
        mapping=mapping,
        organisation=organisation,
        replaces=draft.replaces,
        themes=themes,
        tells_place=place,
        decisions=sorted(covered.decision_pk for covered in draft.covered.values()),
        legal_basis=draft.legal_basis,
        purpose=payload.PURPOSE,
        content={
            "fields": payload.link_ids(draft.message),
            "own_ticks": sorted(own_ticks),
            "free_text": sorted(free_text),
            "organisation": organisation.pk,
            "themes": themes,
            "tells_place": place,
            "salt": salt,
            "urgent": payload.tells_urgent(draft.message),
        },
        payload=draft.payload,
        payload_sha256=salted_sha256(draft.payload, salt),
        schema=message_schemas.MAPPING,
        schema_version=message_schemas.newest(message_schemas.MAPPING),
        decided_by=by,
    )
    disclosure.save()
    delivery = Delivery(
        message_id=draft.message_id,
        kind=DeliveryKind.SHARE,
        disclosure=disclosure,
        person_id=mapping.person_id,
        organisation=organisation,
        created_at=draft.created_at,
    )
    delivery.save()
    log.record(Verb.DISCLOSED, by=by, subject=mapping.person_id, obj=disclosure, about=organisation.number)
    if organisation.channel == Channel.INBOX:
        move(delivery, DeliveryState.ACCEPTED)
        replaced = Delivery.objects.filter(disclosure=draft.replaces, kind=DeliveryKind.SHARE)
        for share in replaced.select_related("disclosure") if draft.replaces else ():
            disposal.ask(share, by=by)
    else:
        queue.wake(delivery)
    return delivery


@transaction.atomic
def resend(delivery: Delivery, *, by: Staff) -> Delivery:
    """Send a delivery again now, under the same id: one that failed, was never finished, or waits for its next attempt.

    Raises ``Refused`` when it cannot be sent, or when something newer has been sent since.
    """
    delivery = _locked(delivery, by=by)
    if delivery.state == DeliveryState.ATTEMPTED:
        delivery.due_at = None
        delivery.save(update_fields=["due_at"])
        queue.wake(delivery, first=True)
    elif delivery.state in (DeliveryState.FAILED, DeliveryState.UNDER_RECEIPT) and not _overtaken(delivery):
        move(delivery, DeliveryState.QUEUED)
        queue.wake(delivery, first=True)
    else:
        raise Refused(DeliveryRefusal.MOVED_ON)
    log.record(Verb.DELIVERY_RESENT, by=by, subject=delivery.person_id, obj=delivery)
    return delivery


@transaction.atomic
def park(delivery: Delivery, *, by: Staff) -> Delivery:
    """Set a waiting share aside. Later shares to the same recipient wait too. Raises ``Refused``."""
    delivery = _locked(delivery, by=by)
    # Nothing may hold back a retraction.
    if delivery.kind != DeliveryKind.SHARE or not may_move(delivery.state, DeliveryState.PARKED):
        raise Refused(DeliveryRefusal.MOVED_ON)
    move(delivery, DeliveryState.PARKED)
    log.record(Verb.DELIVERY_PARKED, by=by, subject=delivery.person_id, obj=delivery)
    return delivery


@transaction.atomic
def resume(delivery: Delivery, *, by: Staff) -> Delivery:
    """Send a parked delivery now. Raises ``Refused``."""
    delivery = _locked(delivery, by=by)
    if delivery.state != DeliveryState.PARKED:
        raise Refused(DeliveryRefusal.MOVED_ON)
    delivery.broken = False
    delivery.save(update_fields=["broken"])
    move(delivery, DeliveryState.QUEUED)
    queue.wake(delivery, first=True)
    log.record(Verb.DELIVERY_RESENT, by=by, subject=delivery.person_id, obj=delivery)
    return delivery


@transaction.atomic
def read_summary(disclosure: Disclosure, *, by: Staff, printed: bool = False) -> bytes:
    """The summary a partner may read now. Checks at each read that the partner may still have it.

    Raises:
        PermissionDenied: it was shared with somebody else.
        Refused: no longer covered, retracted or replaced; the partner is not told which.
        SealBroken: the stored payload was changed, moved or rolled back, or what covers it is not what was signed.
    """
    delivery, content = readable(disclosure, by=by)
    if delivery.unread:
        delivery.first_read_at = delivery.first_read_at or timezone.now()
        delivery.unread = False
        delivery.save(update_fields=["first_read_at", "unread"])
    verb = Verb.SUMMARY_PRINTED if printed else Verb.SUMMARY_READ
    log.record(verb, by=by, subject=disclosure.person_id, obj=disclosure)
    return content


@transaction.atomic
def answer(
    disclosure: Disclosure,
    *,
    kind: PartnerAnswerKind,
    on_day: date | None = None,
    how: Contact | None = None,
    why: CannotHelp | None = None,
    last_seen: int | None = None,
    by: Staff,
) -> PartnerAnswer:
    """Record a partner's answer: received, will make contact, or cannot help. The same answer twice is stored once.

    ``last_seen`` is the key of the latest answer when the page was shown, 0 for none.

    Raises:
        Refused: somebody has answered after ``last_seen``, or the person may not be visited.
        As :func:`read_summary`.
    """
    readable(disclosure, by=by)
    if how is Contact.VISIT and protection.visits_barred(disclosure.person):
        raise Refused(AnswerRefusal.WAY_NOT_OPEN)
    new = PartnerAnswer(disclosure=disclosure, kind=kind, on_day=on_day, how=how or "", why=why or "", given_by=by)
    last = disclosure.answers.first()
    if last is not None and last.says_the_same_as(new):
        return last
    if last_seen is not None and last_seen != (last.pk if last is not None else 0):
        raise Refused(AnswerRefusal.ANSWERED_SINCE)
    new.save()
    log.record(Verb.SUMMARY_ANSWERED, by=by, subject=disclosure.person_id, obj=disclosure, reason=kind.name.lower())
    return new


def readable(disclosure: Disclosure, *, by: Staff) -> tuple[Delivery, bytes]:
    """The delivery of a disclosure in the partner's inbox and its bytes, if the partner may still read it.

    Holds the person's lock; nothing is recorded. Raises as :func:`read_summary`.
    """
    require(by, SharingPermission.INBOX, disclosure)
    person_lock.hold(disclosure.person_id)
    # Read anew under the lock: protection may have been entered since the page was asked for.
    disclosure.person.refresh_from_db()
    assert_intact(disclosure.person)
    clearance = proved_clearance_of(disclosure.person_id, disclosure.organisation_id)
    standing = Disclosure.objects.standing().filter(pk=disclosure.pk).exists()
    delivery = Delivery.objects.filter(disclosure=disclosure, kind=DeliveryKind.SHARE).first()
    if delivery is None or not standing or not clearance.allows(disclosure):
        raise Refused(InboxRefusal.GONE)
    delivery.demand_code()
    disclosure.demand_code()
    delivery.disclosure = disclosure
    content = composition.proved_payload(delivery)
    if not clearance.allows_message(json.loads(content)):
        raise Refused(InboxRefusal.GONE)
    return delivery, content


def _locked(delivery: Delivery, *, by: Staff) -> Delivery:
    require(by, SharingPermission.SHARE, delivery.person)
    person_lock.hold(delivery.person_id)
    # The person may have moved to another unit while this waited for the lock.
    current = Delivery.objects.select_related("retracts", "person__current_stay").get(pk=delivery.pk)
    require(by, SharingPermission.SHARE, current.person)
    return proved([current])[0]


def _overtaken(delivery: Delivery) -> bool:
    """Whether the same recipient has been sent a newer share. An older message must not arrive after it."""
    shares: QuerySet = Delivery.objects.with_overtaken()
    return delivery.kind == DeliveryKind.SHARE and shares.filter(pk=delivery.pk, overtaken=True).exists()
