"""What is and can be shared about one person, and with whom: in plain words, what has happened and who must act."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brik.mapping.models import Mapping
from brik.mapping.record.lifecycle import latest_final
from brik.mapping.record.states import InterviewState as MappingState
from brik.pages.relative_days import moment
from brik.people.models import Person
from brik.staff.access import may
from brik.staff.models import Channel, Staff
from brik.vault.sealing import SealBroken
from followup.sharing.disclosure.states import ReceiptStatus, who_must_act
from followup.sharing.models import (
    Attempt,
    Delivery,
    DeliveryKind,
    DeliveryState,
    PartnerAnswer,
    PartnerAnswerKind,
    Receipt,
)
from followup.sharing.pages.offers import TAKEN_BACK, Offer
from followup.sharing.pages.offers import offers as to_offer
from followup.sharing.pages.plain_words import told_themes
from followup.sharing.permissions import SharingPermission

# Which steps an officer may take, by state. A retraction is never parked.
STEPS: dict[str, tuple[str, ...]] = {
    DeliveryState.QUEUED: ("park",),
    DeliveryState.ATTEMPTED: ("resend", "park"),
    DeliveryState.UNDER_RECEIPT: ("resend",),
    DeliveryState.FAILED: ("resend",),
    DeliveryState.PARKED: ("resume",),
}


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
    inbox: bool
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


def _row(delivery: Delivery, *, overtaken: bool, replaced: bool) -> DeliveryRow:
    retraction = getattr(delivery, "retraction", None)
    acting: Delivery = retraction if retraction is not None and delivery.state == DeliveryState.RETRACTING else delivery
    inbox = delivery.organisation.channel == Channel.INBOX
    replaced = replaced and delivery.state == DeliveryState.ACCEPTED
    said, who = _inbox(delivery, replaced=replaced) if inbox else _message(acting, delivery)
    steps = STEPS.get(acting.state, ())
    if acting is not delivery:  # nothing may hold back a retraction
        steps = tuple(step for step in steps if step == "resend")
    elif overtaken and acting.state != DeliveryState.ATTEMPTED:  # an older message is not sent after a newer one
        steps = tuple(step for step in steps if step != "resend")
    answers = list(delivery.disclosure.answers.all())
    code, label = ("SUPERSEDED", _("Erstattet")) if replaced else _tag(delivery, answers, inbox=inbox)
    return DeliveryRow(
        delivery=delivery,
        acting=acting,
        recipient=delivery.organisation.name,
        code=code,
        label=label,
        said=said,
        who=who,
        themes=told_themes(delivery.disclosure),
        steps=() if inbox else steps,
        answers=answers,
        inbox=inbox,
        again=None,
    )


def _label(delivery: Delivery, *, inbox: bool) -> str:
    if inbox and delivery.state == DeliveryState.ACCEPTED:
        return _("Åpnet, ikke besvart") if delivery.first_read_at else _("I innboksen")
    return str(DeliveryState(delivery.state).label)


def _tag(delivery: Delivery, answers: list[PartnerAnswer], *, inbox: bool) -> tuple[str, str]:
    """Colour and words of the tag. The latest answer says more than where the delivery stands."""
    if answers and delivery.state == DeliveryState.ACCEPTED:
        refused = answers[0].kind == PartnerAnswerKind.CANNOT_HELP
        return "DECLINED" if refused else "ANSWERED", answers[0].get_kind_display()
    return DeliveryState(delivery.state).name, _label(delivery, inbox=inbox)


def _inbox(delivery: Delivery, *, replaced: bool) -> tuple[str, str]:
    if delivery.state == DeliveryState.RETRACTED:
        return _("Mottakeren kan ikke lenger åpne det."), ""
    if replaced:
        return _("Erstattet av det som ble delt senere. Mottakeren ser bare det nyeste."), ""
    if delivery.first_read_at is None:
        return _("Ligger i innboksen. Mottakeren har ikke åpnet det ennå."), ""
    return _("Ligger i innboksen. Åpnet første gang %s.") % moment(delivery.first_read_at), ""


def _message(acting: Delivery, share: Delivery) -> tuple[str, str]:
    """What has happened to a message, and who must act."""
    if share.state == DeliveryState.RETRACTED:
        return _("Mottakeren har bekreftet at det er trukket tilbake %s.") % moment(share.state_at), ""
    taking_back = _("Vi trekker det tilbake. ") if acting is not share else ""
    said, who = _sending(acting)
    return taking_back + said, who


def _sending(delivery: Delivery) -> tuple[str, str]:
    if delivery.state == DeliveryState.QUEUED:
        return _("Sendes så snart køen er klar."), ""
    if delivery.state == DeliveryState.ATTEMPTED:
        return _attempted(delivery), _("Du trenger ikke gjøre noe. Varer det, ring mottakeren.")
    if delivery.state == DeliveryState.ACCEPTED:
        return _("Mottatt %s.") % moment(delivery.state_at), ""
    if delivery.state == DeliveryState.CANCELLED:
        return _("Mottakeren har ikke fått noe."), ""
    if delivery.state == DeliveryState.PARKED and delivery.broken:
        return (
            _("Det som er lagret, stemmer ikke med det som ble delt. Det er ikke sendt."),
            _("Meld fra til systemansvarlig."),
        )
    if delivery.state == DeliveryState.PARKED:
        return _("Satt på vent av en ansatt. Senere delinger til samme mottaker venter også."), _("Du kan la den gå.")
    last = max(delivery.receipts.all(), key=lambda receipt: receipt.received_at, default=None)
    if last is None:
        return "", ""
    status = ReceiptStatus(last.status)
    words = _words(last)
    return f"{status.label}.{f' «{words}»' if words else ''}", who_must_act(status)


def _attempted(delivery: Delivery) -> str:
    attempts = list(delivery.attempts.all())
    tried = ngettext("Forsøkt sendt én gang", "Forsøkt sendt %(n)s ganger", len(attempts)) % {"n": len(attempts)}
    last = attempts[-1] if attempts else None
    if last is None or last.ended_at is None:
        return _("%(tried)s. Vi venter på svar. Det kan ha kommet fram.") % {"tried": tried}
    if delivery.due_at is None or delivery.due_at <= timezone.now():
        return _("%(tried)s. Mottakeren har ikke svart. Det kan ha kommet fram. Vi prøver igjen nå.") % {"tried": tried}
    return _("%(tried)s. Mottakeren har ikke svart. Det kan ha kommet fram. Vi prøver igjen %(when)s.") % {
        "tried": tried,
        "when": moment(delivery.due_at),
    }


def _words(receipt: Receipt) -> str:
    """The recipient's own words; a receipt that cannot be opened is shown without them."""
    try:
        return str(receipt.content.open().get("description", ""))
    except SealBroken:
        return _("kan ikke leses")
