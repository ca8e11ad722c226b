"""What is and can be shared about one person, and with whom: in plain words, what has happened and who must act."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.db.models import Prefetch

from brik.mapping.models import Mapping
from brik.mapping.record.lifecycle import latest_final
from brik.mapping.record.states import InterviewState as MappingState
from brik.people.models import Person
from brik.staff.access import may
from brik.staff.models import Channel, Staff
from followup.sharing.models import (
    Attempt,
    Delivery,
    DeliveryKind,
    DeliveryState,
    PartnerAnswer,
    Receipt,
)
from followup.sharing.pages import situations
from followup.sharing.pages.offers import TAKEN_BACK, Offer
from followup.sharing.pages.offers import offers as to_offer
from followup.sharing.pages.plain_words import told_themes
from followup.sharing.pages.situations import Situation
from followup.sharing.permissions import SharingPermission


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery as an officer reads it. ``acting`` is what the buttons work on: the share, or its retraction."""

    delivery: Delivery
    acting: Delivery
    recipient: str
    # The state by its English name, or ANSWERED: the colour of its tag.
    code: str
    label: str
    said: str
    who: str
    themes: list[str]
    steps: tuple[str, ...]
    answers: list[PartnerAnswer]
    # What was taken back whole although a part of it may still be told: it is shared anew by a person, or not at all.
    again: Offer | None


@dataclass(frozen=True)
class Overview:
    """Everything about what leaves the house about one person."""

    rows: list[DeliveryRow] = field(default_factory=list)
    mapping: Mapping | None = None
    offers: list[Offer] = field(default_factory=list)


def for_person(person: Person, user: Staff) -> Overview:
    """What ``user`` may see of the person's deliveries, newest first, and whom something may be shared with.

    Empty for those who may not see deliveries. The caller notes that it was read.
    """
    if not may(user, SharingPermission.SEE_DELIVERIES, person):
        return Overview()
    deliveries = (
        Delivery.objects.visible_to(user)
        .filter(person=person, kind=DeliveryKind.SHARE)
        .select_related("organisation", "disclosure__mapping", "retraction")
        .prefetch_related(
            Prefetch("attempts", Attempt.objects.order_by("number")),
            Prefetch("receipts", Receipt.objects.order_by("received_at")),
            Prefetch("retraction__attempts", Attempt.objects.order_by("number")),
            Prefetch("retraction__receipts", Receipt.objects.order_by("received_at")),
            Prefetch("disclosure__answers", PartnerAnswer.objects.select_related("given_by")),
        )
        .order_by("-pk")
    )
    mapping = latest_final(person)
    offers = to_offer(mapping, deliveries) if mapping and mapping.state == MappingState.FINAL else []
    replaced = {row.disclosure.replaces_id for row in deliveries if row.state != DeliveryState.CANCELLED}
    newest: dict[int, int] = {}
    for delivery in deliveries:
        if delivery.state not in (DeliveryState.CANCELLED, DeliveryState.FAILED):
            newest[delivery.organisation_id] = max(delivery.pk, newest.get(delivery.organisation_id, 0))
    rows = [
        _row(row, overtaken=row.pk < newest.get(row.organisation_id, 0), replaced=row.disclosure_id in replaced)
        for row in deliveries
    ]
    return Overview(_with_rests(rows, offers), mapping, offers)


def _with_rests(rows: list[DeliveryRow], offers: list[Offer]) -> list[DeliveryRow]:
    """The newest row of each recipient tells, when it was stopped or taken back, what may still be shared anew."""
    rests = {offer.organisation.pk: offer for offer in offers if not offer.shared}
    told = []
    for row in rows:
        rest = rests.pop(row.delivery.organisation_id, None)
        again = rest if row.delivery.state in TAKEN_BACK else None
        told.append(replace(row, again=again))
    return told


def _row(share: Delivery, *, overtaken: bool, replaced: bool) -> DeliveryRow:
    inbox = share.organisation.channel == Channel.INBOX
    situation = situations.situation_of(share, inbox=inbox, replaced=replaced)
    retraction = situations.retraction_of(share) if situation is Situation.RETRACTING else None
    answers = list(share.disclosure.answers.all())
    code, label = situations.tag(situation, share, answers)
    said, who = situations.said(situation, share)
    return DeliveryRow(
        delivery=share,
        acting=retraction or share,
        recipient=share.organisation.name,
        code=code,
        label=label,
        said=said,
        who=who,
        themes=told_themes(share.disclosure),
        steps=() if inbox else situations.steps(situation, share, overtaken=overtaken),
        answers=answers,
        again=None,
    )
