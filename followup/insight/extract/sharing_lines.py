"""What was told to whom, in words, and what came back, as the extract tells it."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from brik.people.models import Person
from brik.vault.sealing import Shredded
from followup.insight.extract.extract_line import ExtractEntry, ExtractLine, ExtractSection, day_words, theme_words
from followup.insight.extract.staff_words import StaffWords
from followup.sharing.models import Delivery, Disclosure, PartnerMessage, Receipt
from followup.sharing.pages.answer_layout import areas
from followup.sharing.pages.disposal_state import law_of, notice_of
from followup.sharing.wire import message_schemas


def section(person: Person, staff: StaffWords, *, whole: bool) -> ExtractSection:
    """Each summary that was decided on. ``whole``: with what it said."""
    receipts: dict[int, list[Receipt]] = defaultdict(list)
    for receipt in Receipt.objects.filter(person=person).with_keys():
        receipts[receipt.delivery_id].append(receipt)
    disclosures = (
        Disclosure.objects.filter(person=person)
        .select_related("organisation", "disposal__answer")
        .prefetch_related("deliveries__attempts", "answers", "messages")
        .with_keys()
    )
    entries = tuple(_disclosure(row, receipts, staff, whole=whole) for row in disclosures)
    return ExtractSection("delt", _("Delt med andre"), entries)


def _disclosure(row: Disclosure, receipts: dict[int, list[Receipt]], staff: StaffWords, *, whole: bool) -> ExtractEntry:
    deliveries = row.deliveries.all()
    sent = [line for delivery in deliveries for line in (*_delivery(delivery), *map(_receipt, receipts[delivery.pk]))]
    lines = (
        ExtractLine(_("Referanse"), row.reference),
        ExtractLine(_("Tema"), theme_words(row.themes)),
        ExtractLine(_("Bestemt av"), staff.of(row.decided_by_id, row.decided_at)),
        ExtractLine(_("Grunnlag"), row.legal_basis),
        ExtractLine(_("Formål"), row.purpose),
        *(sent or [ExtractLine(_("Deling"), _("Skrevet på nytt før den ble sendt"))]),
        *_disposal(row),
        *(ExtractLine(_("Svar"), f"{answer.words} ({day_words(answer.given_at)})") for answer in row.answers.all()),
        *map(_message, row.messages.all()),
        *(_told(row) if whole else ()),
    )
    return ExtractEntry(f"{row.organisation.name}, {day_words(row.decided_at)}", lines)


def _told(row: Disclosure) -> list[ExtractLine]:
    """What the message said, question by question, as its recipient reads it."""
    try:
        row.demand_agreement()
        payload: bytes = row.payload.open()
        row.demand_hash(payload)
    except Shredded:
        return [ExtractLine(_("Det som ble fortalt"), _("Slettet"))]
    message = message_schemas.read(payload, message_schemas.MAPPING)
    return [
        ExtractLine(
            f"{area.title}: {answer.text}",
            f"({answer.source})" if answer.source else "",
            "; ".join(line.line for line in answer.shown),
        )
        for area in areas(message)
        for answer in area.answers
    ]


def _message(message: PartnerMessage) -> ExtractLine:
    """What a recipient wrote to the unit, or the unit to the recipient, in their own words."""
    label = _("Mottakeren skrev") if message.from_recipient else _("Kartlegger skrev til mottakeren")
    try:
        said = message.content.open()
    except Shredded:
        said = {"text": _("Slettet"), "telephone": ""}
    return ExtractLine(
        label, f"{day_words(message.sent_at)}:", " ".join(filter(None, [said["text"], said["telephone"]]))
    )


def _disposal(disclosure: Disclosure) -> list[ExtractLine]:
    """That the recipient was asked to shred prints and notes, and its answer."""
    notice = notice_of(disclosure)
    if notice is None:
        return []
    asked = ExtractLine(_("Bedt om å makulere"), day_words(notice.asked_at))
    answer = notice.answered
    if answer is None:
        return [asked]
    said = f"{answer.get_kind_display()}, {day_words(answer.given_at)}"
    law = law_of(answer)
    return [asked, ExtractLine(_("Svar om makulering"), f"{said}:" if law else said, law)]


def _delivery(delivery: Delivery) -> list[ExtractLine]:
    state = ExtractLine(delivery.get_kind_display(), f"{delivery.get_state_display()}, {day_words(delivery.state_at)}")
    tried = [day_words(attempt.started_at) for attempt in delivery.attempts.all()]
    read = (
        [ExtractLine(_("Først lest av mottakeren"), day_words(delivery.first_read_at))]
        if delivery.first_read_at
        else []
    )
    return [state, *([ExtractLine(_("Forsøk på å sende"), "; ".join(tried))] if tried else []), *read]


def _receipt(receipt: Receipt) -> ExtractLine:
    """What the recipient's system answered, with its own words."""
    try:
        content = receipt.content.open() or {}
    except Shredded:
        content = {"description": _("Slettet")}
    quote = " ".join(filter(None, (content.get("description"), content.get("case"))))
    status = f"{receipt.get_status_display()}, {day_words(receipt.received_at)}"
    return ExtractLine(_("Kvittering fra mottakeren"), f"{status}:" if quote else status, quote)
