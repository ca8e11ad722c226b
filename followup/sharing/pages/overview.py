"""The officer's overview of one person: what is shared with whom, what happened to it, and what can be shared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import Prefetch

from brik.mapping.models import Mapping
from brik.mapping.record.lifecycle import latest_final
from brik.mapping.record.states import InterviewState as MappingState
from brik.people.models import Person
from brik.staff.access import may
from brik.staff.models import Channel, Staff
from followup.sharing.delivery import lateness
from followup.sharing.disclosure.clearance import clearances
from followup.sharing.disclosure.threads import ThreadLine, threads
from followup.sharing.models import (
    Attempt,
    Delivery,
    DeliveryKind,
    DeliveryState,
    PartnerAnswer,
    Receipt,
)
from followup.sharing.pages import situations
from followup.sharing.pages.disposal_state import disposal_words
from followup.sharing.pages.offers import TAKEN_BACK, Clearances, Offer
from followup.sharing.pages.offers import candidates as to_share_with
from followup.sharing.pages.offers import offers as to_offer
from followup.sharing.pages.plain_words import disclosed_theme_names, recipient_name
from followup.sharing.pages.situations import Situation
from followup.sharing.permissions import SharingPermission


@dataclass(frozen=True)
class DeliveryRow:
    """One share as an officer reads it. The buttons act on ``acting``: the share or its retraction."""

    delivery: Delivery
    acting: Delivery
    recipient: str
    # Gives the tag its colour: the state's English name, or ANSWERED.
    code: str
    label: str
    happened: str
    who: str
    themes: list[str]
    steps: tuple[str, ...]
    answers: list[PartnerAnswer]
    # What may still be shared of something that was taken back whole. A person must share it again.
    again: Offer | None
    # The number under which the recipient keeps it, where a receipt tells it.
    case_number: str = ""
    # On a recipient's newest row: what it may have of this interview, to be looked at or shared once more.
    offer: Offer | None = None
    # What has become of prints and notes, and who must act.
    disposal: str = ""
    disposal_who: str = ""
    # What the recipient and the unit have written about it, while it is shared.
    thread: list[ThreadLine] = field(default_factory=list)
    # What is late about it, in words, and whom to ask; empty where nothing is.
    late: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Overview:
    """All that is or can be shared about one person."""

    rows: list[DeliveryRow] = field(default_factory=list)
    mapping: Mapping | None = None
    offers: list[Offer] = field(default_factory=list)
    # What is late about the person and is about no share.
    late: list[str] = field(default_factory=list)

    @property
    def unshared(self) -> list[Offer]:
        """Those to share with that have no row with a state of its own: a recipient stands in one place."""
        return [offer for offer in self.offers if not offer.shared]


def for_person(person: Person, user: Staff) -> Overview:
    """The person's deliveries that ``user`` may see, newest first, and the recipients to share with.

    Empty for a user who may not see deliveries. The caller records that it was read.
    """
    if not may(user, SharingPermission.SEE_DELIVERIES, person):
        return Overview()
    deliveries = (
        Delivery.objects.visible_to(user)
        .filter(person=person, kind=DeliveryKind.SHARE)
        .select_related("person", "organisation", "disclosure__mapping", "disclosure__disposal__answer", "retraction")
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
    final = mapping if mapping and mapping.state == MappingState.FINAL else None
    # What was stopped or rejected has replaced nothing.
    stopped = (DeliveryState.CANCELLED, DeliveryState.FAILED)
    replaced = {row.disclosure.replaces_id for row in deliveries if row.state not in stopped}
    standing = _standing(deliveries, replaced) if may(user, SharingPermission.SHARE, person) else []
    candidates = to_share_with() if final else []
    # Asked once, for what may be shared and for what is shared.
    asked = {row.pk for row in candidates} | {row.organisation_id for row in standing}
    cleared = clearances((person.pk, organisation) for organisation in asked)
    offers = to_offer(final, deliveries, to=candidates, cleared=cleared) if final else []
    late = lateness.about(person)
    of_share = {line.disclosure: line.words for line in reversed(late) if line.disclosure}
    newest: dict[int, Delivery] = {}
    for delivery in deliveries:
        if delivery.state not in stopped:
            newest.setdefault(delivery.organisation_id, delivery)
    rows = [
        _row(
            row,
            name=recipient_name(row.organisation, graded=person.address_graded),
            successor=_after(row, newest.get(row.organisation_id)),
            replaced=row.disclosure_id in replaced,
            late=of_share.get(row.disclosure_id, ""),
        )
        for row in deliveries
    ]
    rows = _with_threads(rows, standing, cleared)
    others = [line.words for line in late if line.disclosure is None]
    return Overview(_with_rests(rows, offers), mapping, offers, others)


def _standing(deliveries: Iterable[Delivery], replaced: set[UUID | None]) -> list[Delivery]:
    """What the recipients have now, and nothing newer has replaced."""
    return [row for row in deliveries if row.state == DeliveryState.ACCEPTED and row.disclosure_id not in replaced]


def _with_threads(rows: list[DeliveryRow], standing: Iterable[Delivery], cleared: Clearances) -> list[DeliveryRow]:
    """Adds the messages about what is shared now. They are shut with the summary."""
    open_ones = [
        delivery.disclosure
        for delivery in standing
        if cleared[delivery.person_id, delivery.organisation_id].allows(delivery.disclosure)
    ]
    # One broken message must not hide the rest of the page.
    found = threads(open_ones, strict=False)
    return [replace(row, thread=found.get(row.delivery.disclosure_id, [])) for row in rows]


def _with_rests(rows: list[DeliveryRow], offers: list[Offer]) -> list[DeliveryRow]:
    """Adds to each recipient's newest row what it may have, and what may be shared again if it was taken back."""
    open_offers = {offer.organisation.pk: offer for offer in offers if offer.shared or not offer.held}
    changed = []
    for row in rows:
        offer = open_offers.pop(row.delivery.organisation_id, None)
        again = offer if offer and not offer.shared and row.delivery.state in TAKEN_BACK else None
        changed.append(replace(row, again=again, offer=offer if offer and offer.shared else None))
    return changed


def _after(share: Delivery, newest: Delivery | None) -> Delivery | None:
    return newest if newest is not None and newest.pk > share.pk else None


def _row(share: Delivery, *, name: str, successor: Delivery | None, replaced: bool, late: str) -> DeliveryRow:
    inbox = share.organisation.channel == Channel.INBOX
    situation = situations.situation_of(share, inbox=inbox, replaced=replaced, successor=successor)
    retraction = situations.retraction_of(share) if situation is Situation.RETRACTING else None
    answers = list(share.disclosure.answers.all())
    code, label = situations.tag(situation, share, answers)
    happened, who = situations.what_happened(situation, share)
    disposal, disposal_who = disposal_words(share.disclosure)
    return DeliveryRow(
        delivery=share,
        acting=retraction or share,
        recipient=name,
        code=code,
        label=label,
        happened=happened,
        who=who,
        themes=disclosed_theme_names(share.disclosure),
        steps=() if inbox else situations.steps(situation, share, overtaken=successor is not None),
        answers=answers,
        again=None,
        case_number=situations.case_number(share),
        disposal=disposal,
        disposal_who=disposal_who,
        late=late,
        # A municipality's address would say where somebody with a graded address lives.
        contact="" if not late or share.person.address_graded else share.organisation.contact,
    )
