"""Composes the bytes that one recipient would get of a signed-off interview. Reads only; changes nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import timezone

from brik.mapping.questionnaire.themes import Theme
from brik.mapping.questionnaire.walk import themes_told, walk
from brik.mapping.record.interviews import Mapping
from brik.pages.refusal import Refused
from brik.people.models import Identifier, IdentifierKind
from brik.people.safeguards import assert_intact
from brik.staff.models import Channel, Organisation, OrganisationKind
from brik.vault.integrity import assert_current
from brik.vault.sealing import SealBroken
from consent.proof import prove
from consent.record.covers import CoveredBy
from followup.sharing.disclosure import preconditions
from followup.sharing.disclosure.preconditions import Ground
from followup.sharing.disclosure.refusals import ShareRefusal
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState, Disclosure
from followup.sharing.wire import message_schemas, payload

# The number a recipient is most likely to know the person by comes first.
IDENTIFIERS = (
    IdentifierKind.NATIONAL_ID,
    IdentifierKind.NATIONAL_ID_2032,
    IdentifierKind.D_NUMBER,
    IdentifierKind.SSP,
    IdentifierKind.DUF,
)
# A national id is one kind for its readers, whatever year it is from.
WIRE_KINDS = {IdentifierKind.NATIONAL_ID_2032: IdentifierKind.NATIONAL_ID}
# The states in which a new message to the same recipient replaces a delivery.
REPLACEABLE = (
    DeliveryState.QUEUED,
    DeliveryState.ATTEMPTED,
    DeliveryState.UNDER_RECEIPT,
    DeliveryState.ACCEPTED,
    DeliveryState.PARKED,
)


@dataclass(frozen=True)
class Draft:
    """The bytes that would be sent, and the consent and earlier message they are based on.

    ``covered`` are the themes the bytes tell of, each with the decision that permits it.
    """

    message_id: UUID
    created_at: datetime
    payload: bytes
    covered: dict[Theme, CoveredBy]
    replaces: Disclosure | None
    legal_basis: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.payload).hexdigest()

    @cached_property
    def message(self) -> dict[str, Any]:
        """The bytes as a recipient reads them: read, and checked against the schema, once."""
        return message_schemas.read(self.payload, message_schemas.MAPPING)


def compose(
    mapping: Mapping,
    *,
    organisation: Organisation,
    own_ticks: frozenset[str],
    free_text: frozenset[str],
    message_id: UUID,
    created_at: datetime,
    contact: str,
    ground: Ground | None = None,
) -> Draft:
    """The bytes ``organisation`` would get of ``mapping`` now; the same arguments always give the same bytes.

    ``contact`` is the name of the officer who shares it, whom the recipient can ask for at the unit. ``ground`` is what
    a page has read of it in the same request; what is shared reads it anew, under the lock.

    Raises:
        Refused: with the reason.
        SealBroken: a stored row was changed or rolled back outside the application.
    """
    assert_intact(mapping.person)
    ground = ground or preconditions.ground(mapping, organisation)
    form, clearance = ground.form, ground.clearance
    covered = clearance.themes
    signed = prove(mapping.person_id, covered)
    if signed is None:
        raise Refused(ShareRefusal.NOT_COVERED)
    areas = walk(
        form,
        ground.sections,
        themes=frozenset(covered),
        recipient=OrganisationKind(organisation.kind).entry.letter,
        own_ticks=own_ticks,
        free_text=free_text,
        address_graded=clearance.safeguard.address_graded,
    )
    told = themes_told(form, [answer for area in areas for answer in payload.actual_answers(area)])
    if not told:
        raise Refused(ShareRefusal.NOTHING_TO_SAY)
    # A permitted theme without an answer is not named: what is not named among the themes would have been refused.
    covered = {theme: by for theme, by in covered.items() if theme in told}
    replaces = predecessor(mapping, organisation)
    stay = mapping.person.current_stay
    unit = stay.unit if stay is not None else mapping.unit
    content = payload.mapping_message(
        message_id=message_id,
        mapping=mapping.pk,
        created_at=created_at,
        replaces=replaces.message_id if replaces else None,
        ident=_ident(mapping, organisation),
        place=payload.PayloadUnit(unit.district, unit.name, unit.number),
        contact=contact,
        form=payload.PayloadForm(form, _signed_off(mapping).date()),
        permitted=payload.PayloadConsent(
            consent=signed.pk,
            text_version=signed.text.version,
            language=signed.language,
            signed_at=signed.effective_at,
            until=_last_day(covered),
            themes=frozenset(covered),
            legal_basis=signed.legal_basis.regulation,
        ),
        areas=areas,
    )
    return Draft(
        message_id,
        created_at,
        content,
        covered,
        replaces.disclosure if replaces else None,
        signed.legal_basis.regulation,
    )


def sealed_payload(disclosure: Disclosure) -> bytes:
    """The bytes that were decided on. Raises ``SealBroken`` when the stored row was changed or rolled back."""
    assert_current(disclosure)
    disclosure.demand_agreement()
    content: bytes = disclosure.payload.open()
    disclosure.demand_hash(content)
    return content


def proved_payload(delivery: Delivery) -> bytes:
    """The bytes of a share, where delivery, disclosure and bytes are about one message, person, recipient and themes.

    Raises ``SealBroken`` as :func:`sealed_payload`, or where they differ.
    """
    disclosure = delivery.disclosure
    content = sealed_payload(disclosure)
    if (delivery.person_id, delivery.organisation_id) != (disclosure.person_id, disclosure.organisation_id):
        raise SealBroken("the delivery has another person or recipient than was decided on")
    message = json.loads(content)
    permitted = message["samtykke"]
    said = (message["meldingsId"], sorted(permitted["omfang"]), permitted["hjemmel"], message["formaal"])
    if said != (str(delivery.message_id), disclosure.themes, disclosure.legal_basis, disclosure.purpose):
        raise SealBroken("the disclosure says something else than its message")
    return content


def predecessor(mapping: Mapping, organisation: Organisation, *, before: Delivery | None = None) -> Delivery | None:
    """The delivery that a new message to the recipient replaces: about this interview or one that it corrects.

    It is never one that the recipient has rejected. ``before``: the new message, where it waits already.
    """
    line, earlier = [mapping.pk], mapping.corrects
    while earlier is not None:
        line.append(earlier.pk)
        earlier = earlier.corrects
    earlier_shares = Delivery.objects.filter(
        kind=DeliveryKind.SHARE, organisation=organisation, disclosure__mapping__in=line, state__in=REPLACEABLE
    )
    if before is not None:
        earlier_shares = earlier_shares.filter(pk__lt=before.pk)
    return earlier_shares.select_related("disclosure").order_by("-pk").first()


def _last_day(covered: dict[Theme, CoveredBy]) -> date:
    """The last whole day on which the message may be read. It is retracted when the first of its themes ends."""
    return timezone.localdate(min(by.until for by in covered.values()) - timedelta(seconds=1))


def _ident(mapping: Mapping, organisation: Organisation) -> payload.PayloadIdentifier:
    numbers = {row.kind: row for row in Identifier.objects.filter(person=mapping.person_id).order_by("pk")}
    for kind in IDENTIFIERS:
        if kind in numbers:
            assert_current(numbers[kind])
            return payload.PayloadIdentifier(WIRE_KINDS.get(kind, kind).value, str(numbers[kind].number.open()))
    if organisation.channel == Channel.MESSAGE:
        raise Refused(ShareRefusal.NO_NUMBER)
    return payload.NO_NUMBER


def _signed_off(mapping: Mapping) -> datetime:
    if mapping.signed_off_at is None:
        raise Refused(ShareRefusal.NOT_FINAL)
    return timezone.localtime(mapping.signed_off_at)
