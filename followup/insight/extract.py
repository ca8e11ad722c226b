"""Everything that is kept about one person, in words, to be printed for that person (GDPR article 15)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from brik.arrivals.models import Message, MessageNumber
from brik.arrivals.stored_content import from_row
from brik.audit.models import Event
from brik.mapping.models import Mapping, Notice
from brik.mapping.questionnaire.labels import theme_name
from brik.mapping.questionnaire.themes import Theme
from brik.people import aliases
from brik.people.models import Person, Stay
from brik.people.protection import AddressGrade, Restriction
from brik.slips.models import Slip
from brik.slips.slip_words import topic_labels
from brik.staff.models import Organisation, Role, Unit
from brik.vault.sealing import SealBroken
from consent.models import Consent, Decision, DecisionAnswer, Talk, TalkState, Withdrawal, WithdrawalReceipt
from consent.record.document import opened
from followup.insight.event_words import READS, EventLine, lines
from followup.insight.message_words import WHAT
from followup.sharing.models import Disclosure, Receipt


@dataclass(frozen=True)
class EventRead:
    """Somebody has looked at something: with the role and the place they had then, in words."""

    line: EventLine
    role: str
    place: str


@dataclass(frozen=True)
class KeptMessage:
    """A message about the person that was received, and what of it is kept."""

    row: Message
    what: str | Promise
    kept: list[tuple[str, str]]


def of(someone: Person) -> dict[str, Any]:
    """All that is kept about a person but the answers themselves, in the parts of the printed page."""
    receipts = {
        receipt.withdrawal_id: [block["text"] for block in opened(receipt).blocks]
        for receipt in WithdrawalReceipt.objects.filter(person=someone)
    }
    withdrawals = Withdrawal.objects.filter(person=someone).select_related("noted_by").prefetch_related("decisions")
    answers = _answers_to_deliveries(someone)
    return {
        "person": someone,
        "aliases": aliases.of(someone),
        "identifiers": list(someone.identifiers.with_keys()),
        "protection": _protection(someone),
        "stays": [(stay, _days(stay)) for stay in someone.stays.select_related("unit")],
        "letters": _messages(someone),
        # Of a talk that is finished everything is in its consent.
        "talks": list(
            Talk.objects.filter(person=someone).exclude(state=TalkState.FINISHED).select_related("started_by")
        ),
        "consents": [
            {"row": row, "lines": _decided(row.decisions.all())}
            for row in Consent.objects.filter(person=someone).select_related("held_by").prefetch_related("decisions")
        ],
        "slips": [(slip, _on_slip(slip)) for slip in _slips(someone)],
        "withdrawals": [
            {"row": row, "lines": _decided(row.decisions.all()), "receipt": receipts.get(row.pk, [])}
            for row in withdrawals
        ],
        "interviews": list(Mapping.objects.filter(person=someone).select_related("mapper", "unit")),
        "notices": list(Notice.objects.filter(person=someone).select_related("mapper", "unit")),
        "disclosures": [
            {
                "row": row,
                "themes": _labels(row.themes),
                "deliveries": [
                    {"row": delivery, "receipts": answers[delivery.pk]} for delivery in row.deliveries.all()
                ],
            }
            for row in Disclosure.objects.filter(person=someone)
            .select_related("organisation", "decided_by")
            .prefetch_related("deliveries", "answers")
        ],
        "reads": _reads(someone),
    }


def _slips(someone: Person) -> list[Slip]:
    return list(Slip.objects.filter(person=someone).select_related("organisation", "unit").with_keys())


def _on_slip(slip: Slip) -> str:
    """What was chosen, in words; a turn of the page with nothing on it says so."""
    try:
        topics = slip.topics
    except SealBroken:
        return _("Kan ikke vises")
    return ", ".join(topic_labels(topics, get_language() or "")) or _("Ingen lapp")


def _decided(decisions: Iterable[Decision]) -> list[tuple[str, str]]:
    """What was answered to each question; where themes were asked about, with the themes."""
    found: dict[tuple[str, str], list[str]] = {}
    for decision in decisions:
        whom = decision.get_recipient_kind_display()
        question = f"{decision.get_direction_display()} {whom}".strip()
        answer = str(DecisionAnswer(decision.answer).label)
        found.setdefault((question, answer), []).extend([decision.theme] if decision.theme else [])
    return [
        (question, f"{answer}: {_labels(dict.fromkeys(themes))}" if themes else answer)
        for (question, answer), themes in found.items()
    ]


def _labels(themes: Iterable[str]) -> str:
    return ", ".join(theme_name(Theme(theme)) for theme in themes)


def _days(stay: Stay) -> list[str]:
    """The days of the sentence, each by its name."""
    told = {
        _("start %(day)s"): stay.start_date,
        _("1/3 tid %(day)s"): stay.one_third,
        _("1/2 tid %(day)s"): stay.half,
        _("2/3 tid %(day)s"): stay.two_thirds,
        _("endt tid %(day)s"): stay.end_date,
    }
    return [words % {"day": date_format(day, "j. F Y")} for words, day in told.items() if day]


def _protection(someone: Person) -> list[tuple[str, str]]:
    kept = someone.protection.open() if someone.protection else {}
    grade = kept.get("address_grade")
    told = {
        _("Adressegradering"): str(AddressGrade(grade).label) if grade else "",
        _("Restriksjoner"): ", ".join(str(Restriction(code).label) for code in kept.get("restrictions") or []),
        _("Merknad"): kept.get("note") or "",
    }
    return [(term, text) for term, text in told.items() if text]


def _messages(someone: Person) -> list[KeptMessage]:
    """Messages about the person. Of one that waits, and may be about somebody else, what it says is not told."""
    lookups = [bytes(row.lookup) for row in someone.identifiers.all()]
    naming = MessageNumber.objects.filter(message=OuterRef("pk"), lookup__in=lookups)
    found = Message.objects.filter(Q(person=someone) | Q(first_person=someone) | Exists(naming))
    return [
        KeptMessage(row, WHAT[from_row(row).type], _kept(row) if row.person_id == someone.pk else [])
        for row in found.order_by("received_at", "pk").with_keys()
    ]


def _kept(row: Message) -> list[tuple[str, str]]:
    content = from_row(row)
    day = "j. F Y"
    dates = content.dates
    told = {
        _("Navn"): " ".join(filter(None, content.name or ())),
        _("Kategori"): content.category or "",
        _("Enhet"): content.place.name if content.place else "",
        _("Skjedde"): date_format(timezone.localtime(content.happened_at), day) if content.happened_at else "",
        _("Start"): date_format(dates.start, day) if dates and dates.start else "",
        _("1/3 tid"): date_format(dates.one_third, day) if dates and dates.one_third else "",
        _("1/2 tid"): date_format(dates.half, day) if dates and dates.half else "",
        _("2/3 tid"): date_format(dates.two_thirds, day) if dates and dates.two_thirds else "",
        _("Endt tid"): date_format(dates.end, day) if dates and dates.end else "",
    }
    return [(term, text) for term, text in told.items() if text]


def _answers_to_deliveries(someone: Person) -> dict[int, list[tuple[Receipt, str]]]:
    """What recipients' systems answered to each message, with their own words."""
    found: dict[int, list[tuple[Receipt, str]]] = defaultdict(list)
    for row in Receipt.objects.filter(person=someone):
        words = row.content.open() or {}
        found[row.delivery_id].append((row, " ".join(filter(None, (words.get("description"), words.get("case"))))))
    return found


def _reads(someone: Person) -> list[EventRead]:
    told = lines(Event.objects.filter(subject=someone.pk, verb__in=READS).order_by("-pk"))
    units = dict(Unit.objects.values_list("number", "name"))
    organisations = {f"org:{number}": name for number, name in Organisation.objects.values_list("number", "name")}
    roles = dict(Role.choices)
    return [
        EventRead(
            line,
            ", ".join(str(roles.get(code, code)) for code in line.event.role.split("+") if code),
            ", ".join((units | organisations).get(code, code) for code in line.event.unit.split("+") if code),
        )
        for line in told
    ]
