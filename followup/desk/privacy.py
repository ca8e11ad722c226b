"""What the data-protection officer needs: the events, and everything about one person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping
from brik.mapping.themes import THEME_LABELS, Theme
from brik.people.access import require
from brik.people.models import OrganisationKind, Person, Staff
from brik.people.numbers import recognise
from brik.people.search import matching
from consent.models import Answer, Consent, Withdrawal
from followup.desk.permissions import DeskPermission
from followup.sharing.models import Disclosure

EVENTS_A_PAGE = 50
BROKEN_DAYS = 30
# Somebody looked at, printed or was shown something about the person.
READS = [
    Verb.PERSON_READ,
    Verb.CONSENT_TALK_READ,
    Verb.CONSENT_READ,
    Verb.CONSENT_PRINTED,
    Verb.MAPPING_READ,
    Verb.MAPPING_PRINTED,
    Verb.SECTION_READ,
    Verb.PREVIEW_READ,
    Verb.DELIVERY_READ,
    Verb.SUMMARY_READ,
    Verb.SUMMARY_PRINTED,
    Verb.EVENTS_READ,
]


@dataclass(frozen=True)
class Line:
    """One event, with the name of whoever did it."""

    event: Event
    who: str

    @property
    def what(self) -> str:
        return Verb(self.event.verb).label


def events(
    user: Staff,
    *,
    subject: UUID | None = None,
    actor: str = "",
    since: date | None = None,
    until: date | None = None,
    before: int | None = None,
) -> tuple[list[Line], int | None]:
    """A page of events, newest first, and the number to continue before. Two queries, however long the log is."""
    require(user, DeskPermission.READ_EVENTS)
    found = Event.objects.order_by("-pk")
    if subject:
        found = found.filter(subject=subject)
    if actor:
        known = Staff.objects.filter(username=actor).first()
        found = found.filter(actor=str(known.pk) if known else actor)
    if since:
        found = found.filter(at__gte=_start(since))
    if until:
        found = found.filter(at__lt=_start(until + timedelta(days=1)))
    if before:
        found = found.filter(pk__lt=before)
    shown = list(found[: EVENTS_A_PAGE + 1])
    more = shown[EVENTS_A_PAGE - 1].pk if len(shown) > EVENTS_A_PAGE else None
    return lines(shown[:EVENTS_A_PAGE]), more


def broken(user: Staff) -> list[Line]:
    """Where data were found that do not fit, in the last month, newest first."""
    require(user, DeskPermission.READ_EVENTS)
    since = timezone.now() - timedelta(days=BROKEN_DAYS)
    return lines(Event.objects.filter(verb=Verb.INTEGRITY_BROKEN, at__gte=since).order_by("-pk")[:EVENTS_A_PAGE])


def lines(found: list[Event] | QuerySet[Event]) -> list[Line]:
    """Events with names: staff by one query, processes by their own name."""
    found = list(found)
    ids = {event.actor for event in found if _is_uuid(event.actor)}
    names = {str(pk): name for pk, name in Staff.objects.filter(pk__in=ids).values_list("pk", "name")}
    return [Line(event, names.get(event.actor, event.actor)) for event in found]


def person(user: Staff, pk: UUID) -> Person | None:
    """Anybody at all, for those who may give people insight in what is kept about them."""
    require(user, DeskPermission.EXTRACT)
    return Person.objects.select_related("current_stay__unit").filter(pk=pk).first()


def by_number(user: Staff, text: str) -> UUID | None:
    """The one person with this number, if it is a number. The search is an event."""
    require(user, DeskPermission.EXTRACT)
    if recognise(text) is None:
        return None
    return next(iter(matching(Person.objects.all(), text, by=user)), None)


def extract(someone: Person) -> dict[str, Any]:
    """All that is kept about a person but the answers themselves, in the parts of the printed page."""
    return {
        "person": someone,
        "identifiers": list(someone.identifiers.with_keys()),
        "protection": _protection(someone),
        "stays": list(someone.stays.select_related("unit")),
        "consents": [
            {"row": row, "lines": _decided(row)}
            for row in Consent.objects.filter(person=someone).select_related("held_by").prefetch_related("decisions")
        ],
        "withdrawals": list(Withdrawal.objects.filter(person=someone).select_related("noted_by")),
        "interviews": list(Mapping.objects.filter(person=someone).select_related("mapper", "unit")),
        "disclosures": [
            {"row": row, "themes": _labels(row.themes)}
            for row in Disclosure.objects.filter(person=someone)
            .select_related("organisation", "decided_by")
            .prefetch_related("deliveries", "answers")
        ],
        "reads": lines(Event.objects.filter(subject=someone.pk, verb__in=READS).order_by("-pk")),
    }


def _decided(consent: Consent) -> list[tuple[str, str]]:
    """What was permitted, to whom; a refusal stands in the outcome."""
    permitted: dict[str, list[str]] = {}
    for decision in consent.decisions.all():
        if decision.answer == Answer.PERMIT:
            whom = dict(OrganisationKind.choices).get(decision.recipient_kind, "")
            question = f"{decision.get_direction_display()} {whom}".strip()
            permitted.setdefault(question, []).extend([decision.theme] if decision.theme else [])
    return [(question, _labels(themes) or _("Ja")) for question, themes in permitted.items()]


def _labels(themes: Iterable[str]) -> str:
    return ", ".join(THEME_LABELS[Theme(theme)]["nb"] for theme in themes)


def _protection(someone: Person) -> list[tuple[str, str]]:
    kept = someone.protection.open() if someone.protection else {}
    told = {
        _("Adressegradering"): kept.get("address_grade") or "",
        _("Restriksjoner"): ", ".join(kept.get("restrictions") or []),
        _("Merknad"): kept.get("note") or "",
    }
    return [(term, text) for term, text in told.items() if text]


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
