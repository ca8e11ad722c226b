"""Everything that is kept about one person, in words, to be printed for that person (GDPR article 15)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from brik.audit.models import Event
from brik.mapping.models import Mapping, Notice
from brik.mapping.questionnaire.labels import theme_name
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record.closed_work import intact
from brik.people import aliases
from brik.people.models import Person, Placement, Ruling, Stay
from brik.people.protection import AddressGrade, Restriction
from brik.slips.models import Slip
from brik.slips.slip_words import topic_labels
from brik.vault.codes.coded_models import proved
from brik.vault.sealing import SealBroken, Shredded
from consent.models import (
    Consent,
    Decision,
    DecisionAnswer,
    SignedSheet,
    Talk,
    TalkState,
    Withdrawal,
    WithdrawalReceipt,
)
from consent.record.document import opened
from followup.insight.event_words import READS, PlacedLine, actor_places, lines, placed
from followup.insight.extract_line import ExtractLine, lines_of
from followup.insight.message_lines import messages_about
from followup.sharing.models import Delivery, Disclosure, PartnerMessage, Receipt
from followup.sharing.pages.disposal_state import law_of, notice_of


def extract_about(person: Person) -> dict[str, Any]:
    """All that is kept about a person except the answers, in the parts of the printed page."""
    return {
        "person": person,
        "identity": _identity(person),
        "messages_received": messages_about(person),
        # What a finished talk holds is in its consent.
        "talks": proved(
            Talk.objects.filter(person=person).exclude(state=TalkState.FINISHED).select_related("started_by")
        ),
        "consents": [
            {"row": row, "lines": _decided(row.decisions.all())}
            for row in Consent.objects.filter(person=person)
            .select_related("held_by")
            .annotate(has_sheet=Exists(SignedSheet.objects.filter(consent=OuterRef("pk")).order_by()))
            .prefetch_related("decisions")
        ],
        "slips": [(slip, _slip_topics(slip)) for slip in _slips(person)],
        "withdrawals": _withdrawals(person),
        "interviews": list(Mapping.objects.filter(person=person).select_related("mapper", "unit")),
        "notices": intact(Notice.objects.filter(person=person).select_related("mapper", "unit")),
        "disclosures": _disclosures(person),
        "reads": _reads(person),
    }


def _slips(person: Person) -> list[Slip]:
    return list(Slip.objects.filter(person=person).select_related("organisation", "unit").with_keys())


def _slip_topics(slip: Slip) -> str:
    """What was chosen, in words; a turn of the page with nothing on it says so."""
    try:
        topics = slip.topics
    except Shredded:
        return _("Slettet")
    except SealBroken:
        return _("Kan ikke vises")
    return ", ".join(topic_labels(topics, get_language() or "")) or _("Ingen lapp")


def _identity(person: Person) -> list[ExtractLine]:
    """The person's names and numbers, protection and stays."""
    protection = person.protection.open() if person.protection else {}
    grade = protection.get("address_grade")
    restrictions = protection.get("restrictions") or []
    return [
        ExtractLine(_("Navn"), quote=person.name),
        *(ExtractLine(row.get_kind_display(), row.number.open()) for row in person.identifiers.with_keys()),
        *(ExtractLine(_("Også kjent som"), quote=alias) for alias in aliases.of(person)),
        *lines_of(
            {
                _("Adressegradering"): str(AddressGrade(grade).label) if grade else "",
                _("Restriksjoner"): ", ".join(str(Restriction(code).label) for code in restrictions),
                _("Merknad"): protection.get("note") or "",
            }
        ),
        *_rulings(person),
        *_placement(person),
        *(ExtractLine(_("Opphold"), _stay(stay)) for stay in person.stays.select_related("unit")),
    ]


def _rulings(person: Person) -> list[ExtractLine]:
    """What leaders have ruled about who may be told something under the person's restrictions, newest first."""
    rulings = Ruling.objects.filter(person=person).select_related("given_by")
    words = _("%(kinds)s, til og med %(day)s, svart %(given)s av %(name)s, fordi:")
    return [
        ExtractLine(
            _("Kan få vite noe under restriksjoner"),
            words
            % {
                "kinds": ", ".join(ruling.kind_names) or _("ingen"),
                "day": _day(ruling.until - timedelta(seconds=1)),
                "given": _day(ruling.given_at),
                "name": ruling.given_by.name,
            },
            ruling.content.open()["reason"],
        )
        for ruling in rulings
    ]


def _placement(person: Person) -> list[ExtractLine]:
    """The ward and contact officer that were entered last, also those of an earlier unit."""
    placement = Placement.objects.filter(person=person).select_related("unit", "contact_officer").first()
    if placement is None:
        return []
    officer = placement.contact_officer.name if placement.contact_officer else ""
    words = {_("Avdeling"): placement.ward, _("Kontaktbetjent"): officer}
    place = _("%(unit)s, skrevet %(day)s") % {"unit": placement.unit.name, "day": _day(placement.entered_at)}
    return [ExtractLine(label, place, text) for label, text in words.items() if text]


def _stay(stay: Stay) -> str:
    """Where and when, and the days of the sentence, each by its name."""
    days = {
        _("start %(day)s"): stay.start_date,
        _("1/3 tid %(day)s"): stay.one_third,
        _("1/2 tid %(day)s"): stay.half,
        _("2/3 tid %(day)s"): stay.two_thirds,
        _("endt tid %(day)s"): stay.end_date,
        _("minstetid %(day)s"): stay.minimum_date,
    }
    place = f"{stay.unit.name}, {stay.get_legal_status_display()}, {stay.category}"
    time = f"{_day(stay.arrived_at)} – {_day(stay.released_at)}"
    return "; ".join([f"{place}, {time}", *(words % {"day": _day(day)} for words, day in days.items() if day)])


def _withdrawals(person: Person) -> list[dict[str, Any]]:
    receipts = {
        receipt.withdrawal_id: _receipt_blocks(receipt)
        for receipt in WithdrawalReceipt.objects.filter(person=person).with_keys()
    }
    withdrawals = Withdrawal.objects.filter(person=person).select_related("noted_by").prefetch_related("decisions")
    return [
        {
            "row": row,
            "lines": [
                *lines_of({_("Hva"): _("Alt") if row.whole else "", _("Hvordan det ble sagt"): row.get_said_display()}),
                *_taken_back(row.decisions.all()),
            ],
            "receipt": receipts.get(row.pk, []),
        }
        for row in withdrawals
    ]


def _receipt_blocks(receipt: WithdrawalReceipt) -> list[str]:
    try:
        return [block["text"] for block in opened(receipt).blocks]
    except Shredded:
        return [_("Slettet")]


def _decided(decisions: Iterable[Decision]) -> list[ExtractLine]:
    """The answer to each question, with the themes it was given for."""
    return _by_theme((decision, str(DecisionAnswer(decision.answer).label)) for decision in decisions)


def _taken_back(decisions: Iterable[Decision]) -> list[ExtractLine]:
    """What a withdrawal has taken back, and from when: no answer to a question, though it is stored as a no."""
    words = _("Trukket tilbake fra %(day)s kl. %(time)s")
    return _by_theme(
        (decision, words % {"day": _day(decision.effective_at), "time": _time(decision.effective_at)})
        for decision in decisions
    )


def _by_theme(answered: Iterable[tuple[Decision, str]]) -> list[ExtractLine]:
    """A line for each question and each answer to it in words, with the themes."""
    themes_of: dict[tuple[str, str], list[str]] = {}
    for decision, answer in answered:
        recipient = decision.get_recipient_kind_display()
        question = f"{decision.get_direction_display()} {recipient}".strip()
        themes_of.setdefault((question, answer), []).extend([decision.theme] if decision.theme else [])
    return [
        ExtractLine(question, f"{answer}: {_labels(dict.fromkeys(themes))}" if themes else answer)
        for (question, answer), themes in themes_of.items()
    ]


def _disclosures(person: Person) -> list[dict[str, Any]]:
    receipts: dict[int, list[Receipt]] = defaultdict(list)
    for receipt in Receipt.objects.filter(person=person):
        receipts[receipt.delivery_id].append(receipt)
    disclosures = (
        Disclosure.objects.filter(person=person)
        .select_related("organisation", "decided_by", "disposal__answer")
        .prefetch_related("deliveries", "answers", "messages")
    )
    return [
        {
            "row": row,
            "lines": [
                ExtractLine(_("Referanse"), row.reference),
                ExtractLine(_("Tema"), _labels(row.themes)),
                ExtractLine(_("Bestemt av"), quote=row.decided_by.name),
                ExtractLine(_("Grunnlag"), row.legal_basis),
                ExtractLine(_("Formål"), row.purpose),
                *(
                    line
                    for delivery in row.deliveries.all()
                    for line in (_delivery(delivery), *map(_receipt, receipts[delivery.pk]))
                ),
                *([] if row.deliveries.all() else [ExtractLine(_("Deling"), _("Skrevet på nytt før den ble sendt"))]),
                *_disposal(row),
                *(ExtractLine(_("Svar"), f"{answer.words} ({_day(answer.given_at)})") for answer in row.answers.all()),
                *map(_message, row.messages.all()),
            ],
        }
        for row in disclosures
    ]


def _message(message: PartnerMessage) -> ExtractLine:
    """What a recipient wrote to the unit, or the unit to the recipient, in their own words."""
    label = _("Mottakeren skrev") if message.from_recipient else _("Kartlegger skrev til mottakeren")
    try:
        said = message.content.open()
    except Shredded:
        said = {"text": _("Slettet"), "telephone": ""}
    return ExtractLine(label, f"{_day(message.sent_at)}:", " ".join(filter(None, [said["text"], said["telephone"]])))


def _disposal(disclosure: Disclosure) -> list[ExtractLine]:
    """That the recipient was asked to shred prints and notes, and its answer."""
    notice = notice_of(disclosure)
    if notice is None:
        return []
    asked = ExtractLine(_("Bedt om å makulere"), _day(notice.asked_at))
    answer = notice.answered
    if answer is None:
        return [asked]
    said = f"{answer.get_kind_display()}, {_day(answer.given_at)}"
    law = law_of(answer)
    return [asked, ExtractLine(_("Svar om makulering"), f"{said}:" if law else said, law)]


def _delivery(delivery: Delivery) -> ExtractLine:
    return ExtractLine(delivery.get_kind_display(), f"{delivery.get_state_display()}, {_day(delivery.state_at)}")


def _receipt(receipt: Receipt) -> ExtractLine:
    """What the recipient's system answered, with its own words."""
    try:
        content = receipt.content.open() or {}
    except Shredded:
        content = {"description": _("Slettet")}
    quote = " ".join(filter(None, (content.get("description"), content.get("case"))))
    status = f"{receipt.get_status_display()}, {_day(receipt.received_at)}"
    return ExtractLine(_("Kvittering fra mottakeren"), f"{status}:" if quote else status, quote)


def _labels(themes: Iterable[str]) -> str:
    return ", ".join(theme_name(Theme(theme)) for theme in themes)


def _day(moment: date | None) -> str:
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment)
    return date_format(moment, "j. F Y") if moment else ""


def _time(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "H.i")


def _reads(person: Person) -> list[PlacedLine]:
    return placed(lines(Event.objects.filter(subject=person.pk, verb__in=READS).order_by("-pk")), actor_places())
