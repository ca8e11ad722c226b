"""Audit events in words: what was done, and by whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.definitions.name_order import in_order
from brik.mapping.questionnaire import catalogue
from brik.people.legal_status import STATUS_OF
from brik.staff.four_eyes.proposals import ProposalKind
from brik.staff.models import Organisation, Role, Staff, Unit
from followup.insight.cause_words import reason_in_words

# Verbs of reading: somebody read, printed or was shown something about the person.
READS = [
    Verb.PERSON_READ,
    Verb.CONSENT_TALK_READ,
    Verb.CONSENT_READ,
    Verb.CONSENT_PRINTED,
    Verb.MAPPING_READ,
    Verb.MAPPING_PRINTED,
    Verb.SECTION_READ,
    Verb.NEEDS_READ,
    Verb.PREVIEW_READ,
    Verb.DELIVERY_READ,
    Verb.SUMMARY_READ,
    Verb.SUMMARY_PRINTED,
    Verb.SLIP_OPENED,
    Verb.TASK_READ,
    Verb.EVENTS_READ,
]
# Everything else: changes, attempts and sign-in; lists and searches too, which are about no single person.
OTHERS = [
    Verb.LOGIN,
    Verb.LOGIN_FAILED,
    Verb.LOGOUT,
    Verb.SCREEN_HIDDEN,
    Verb.REFUSED,
    Verb.BAD_REQUEST,
    Verb.INTEGRITY_BROKEN,
    Verb.WRAPPING_KEY_CHANGED,
    Verb.SIGNING_KEY_CHANGED,
    Verb.KEYS_ROTATED,
    Verb.ROW_RESEALED,
    Verb.TASK_MADE,
    Verb.TASK_TAKEN,
    Verb.TASK_DONE,
    Verb.TASKS_LISTED,
    Verb.MESSAGE_ACCEPTED,
    Verb.MESSAGE_DUPLICATE,
    Verb.MESSAGE_PARKED,
    Verb.MESSAGE_REJECTED,
    Verb.MESSAGE_RESOLVED,
    Verb.MESSAGE_ERASED,
    Verb.PERSON_CREATED,
    Verb.PERSON_CHANGED,
    Verb.PEOPLE_LISTED,
    Verb.SLIP_TURNED,
    Verb.SLIPS_LISTED,
    Verb.PEOPLE_SEARCHED,
    Verb.RESTRICTIONS_CHANGED,
    Verb.RESTRICTIONS_RULED,
    Verb.STAFF_CHANGED,
    Verb.MAPPER_APPROVED,
    Verb.CONSENT_TALK_STARTED,
    Verb.CONSENT_TALK_SAVED,
    Verb.CONSENT_GIVEN,
    Verb.CONSENT_REFUSED,
    Verb.CONSENT_DEFERRED,
    Verb.CONSENT_ENDED,
    Verb.CONSENT_RESTORED,
    Verb.WITHDRAWAL_NOTED,
    Verb.WITHDRAWALS_MANY,
    Verb.MAPPING_OPENED,
    Verb.HELP_SHOWN,
    Verb.HELP_CALLED,
    Verb.SECTION_SAVED,
    Verb.SECTION_DRAFTED,
    Verb.MAPPING_TAKEN_OVER,
    Verb.MAPPING_SIGNED_OFF,
    Verb.MAPPING_CORRECTED,
    Verb.MAPPING_CLOSED,
    Verb.MAPPING_RESTRICTED,
    Verb.MAPPING_IN_ERROR,
    Verb.MAPPING_RESTORED,
    Verb.GATE_OPENED,
    Verb.GATE_CLOSED,
    Verb.NEED_ENTERED,
    Verb.NEED_CHANGED,
    Verb.NEED_MOVED,
    Verb.DISCLOSED,
    Verb.DELIVERY_ATTEMPTED,
    Verb.DELIVERY_ACCEPTED,
    Verb.DELIVERY_FAILED,
    Verb.DELIVERY_PARKED,
    Verb.DELIVERY_RESENT,
    Verb.DELIVERY_CANCELLED,
    Verb.RETRACTED,
    Verb.RECEIPT_RECEIVED,
    Verb.RECEIPT_REJECTED,
    Verb.INBOX_LISTED,
    Verb.SUMMARY_ANSWERED,
    Verb.RECIPIENT_WROTE,
    Verb.RECIPIENT_REPLIED,
    Verb.SUMMARY_ASSIGNED,
    Verb.SUMMARY_ARCHIVED,
    Verb.SUMMARY_BROUGHT_BACK,
    Verb.DISPOSAL_ASKED,
    Verb.DISPOSAL_ANSWERED,
    Verb.ADMINISTERED,
    Verb.KEY_DESTROYED,
    Verb.RETENTION_RUN,
    Verb.HOLD_ASKED_FOR,
    Verb.HOLD_TURNED_DOWN,
    Verb.ERASURE_PROPOSED,
    Verb.ERASURE_CONFIRMED,
    Verb.ERASURE_TURNED_DOWN,
    Verb.ERASURE_PROVED,
    Verb.HOLD_PLACED,
    Verb.HOLD_ENDED,
]


# What acts without an account, by the name that events hold.
PROCESSES: dict[str, str | Promise] = {
    "nobody": gettext_lazy("Ingen innlogget"),
    "process:intake": gettext_lazy("Inntak av meldinger"),
    "process:worker": gettext_lazy("Arbeid i bakgrunnen"),
    "process:kvittering": gettext_lazy("Mottak av kvitteringer"),
    "process:rotate_keys": gettext_lazy("Bytte av nøkler"),
    "process:verify_audit": gettext_lazy("Den daglige kontrollen"),
    "process:wrapping_key": gettext_lazy("Forvalterne av nøklene"),
    "process:prove_erased": gettext_lazy("Beviset for sletting"),
    "process:health": gettext_lazy("Overvåkingen"),
    "process:setup": gettext_lazy("Installasjonen"),
    "process:demo": gettext_lazy("Demonstrasjonen"),
}
_PROPOSALS = {kind.value: kind.label for kind in ProposalKind}
_ROLES = {role.value: role.label for role in Role}


@dataclass(frozen=True)
class EventLine:
    """One event, with the name of whoever did it: a person or a process."""

    event: Event
    who: str
    # Name of each organisation that the events of the page are about, by its number.
    organisations: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Whom it is about; empty where it is about nobody."""
        return person_code(self.event.subject) if self.event.subject else ""

    @property
    def what(self) -> str:
        return str(Verb(self.event.verb).label)

    @property
    def why(self) -> str:
        """Why, what it is about, and the reason in somebody's own words, as far as the event has them."""
        parts = (reason_in_words(self.event.reason), self.about, self.event.stated)
        return ". ".join(part.rstrip(".") for part in parts if part)

    @property
    def about(self) -> str:
        """What the event is about, in words: a page, an area, a role, a recipient."""
        about = self.event.about
        match self.event.verb:
            case Verb.REFUSED | Verb.BAD_REQUEST:
                return _page_in(about, ids=False)
            case Verb.INTEGRITY_BROKEN:
                return _page_in(about, ids=True)
            case Verb.SECTION_READ:
                return _area_name(about)
            case Verb.DELIVERY_ATTEMPTED:
                return _("forsøk %s") % about
            case Verb.DELIVERY_FAILED:
                return ""  # what the network said, for the keeper of the system
            case Verb.WITHDRAWAL_NOTED:
                return ""  # the number of its parts, by which a missing one is noticed
            case Verb.HELP_CALLED:
                return date_format(timezone.localtime(datetime.fromisoformat(about)), "j. b Y H.i")
            case _:
                known = {**_ROLES, **_PROPOSALS, **self.organisations}
                return str(known.get(about, about))


@dataclass(frozen=True)
class PlacedLine:
    """An event with the role and the place that whoever did it had then, in words."""

    line: EventLine
    role: str
    place: str


def person_code(person: UUID) -> str:
    """Whom an event is about, by the beginning of the code: enough to tell the people of a page apart."""
    return _("Person %s") % str(person)[:8]


def lines(events: list[Event] | QuerySet[Event]) -> list[EventLine]:
    """Events with names. A query finds the names of staff, and one those of recipients; processes have their own."""
    events = list(events)
    names = actor_names(event.actor for event in events)
    numbers = {event.about for event in events if event.about.isdigit()}
    organisations = (
        dict(Organisation.objects.filter(number__in=numbers).values_list("number", "name")) if numbers else {}
    )
    return [EventLine(event, names[event.actor], organisations) for event in events]


def actor_names(actors: Iterable[str]) -> dict[str, str]:
    """Actors as events name them → the name of each: of staff their own, of a process what the pages call it."""
    known = set(actors)
    ids = {actor for actor in known if is_uuid(actor)}
    names = {str(pk): name for pk, name in Staff.objects.filter(pk__in=ids).values_list("pk", "name")} if ids else {}
    return {actor: names.get(actor) or str(PROCESSES.get(actor, actor)) for actor in known}


def actor_places() -> dict[str, str]:
    """The units and recipients that actors belong to: the code that events hold → the name. Two queries."""
    units = in_order(Unit.objects.order_by("number").values_list("number", "name"), itemgetter(1))
    rows = in_order(Organisation.objects.order_by("number").values_list("number", "name"), itemgetter(1))
    return dict(units) | {f"org:{number}": name for number, name in rows}


def placed(shown: Iterable[EventLine], places: Mapping[str, str]) -> list[PlacedLine]:
    """The lines with role and place in words; ``places`` as :func:`actor_places` gives them."""
    return [PlacedLine(line, role_words(line.event.role), unit_words(line.event.unit, places)) for line in shown]


def role_words(codes: str) -> str:
    """The roles that an event holds, by name."""
    return ", ".join(str(_ROLES[code]) for code in codes.split("+") if code in _ROLES)


def unit_words(codes: str, places: Mapping[str, str]) -> str:
    """The units or the recipient that an event holds, by name."""
    return ", ".join(places.get(code, code) for code in codes.split("+") if code)


def _page_in(about: str, *, ids: bool) -> str:
    """The page of an event about a request; with ``ids``, what else it names, to be looked into."""
    request = re.fullmatch(r"\d{3} (\w+:\w+)((?: \w+=\S+)*)(?: (.*))?", about)
    if request is None:
        return about if ids else ""
    page: str = import_string(settings.BRIK_PAGE_NAMES)(request[1])
    return f"{page}: {request[3]}" if ids and request[3] else page


def _area_name(code: str) -> str:
    """The title of an area of the forms in use now; its letter where they have it no longer."""
    areas = (area for form in STATUS_OF for area in catalogue.get(form).areas)
    return next((area.title[get_language() or "nb"] for area in areas if area.code == code), code)


def is_uuid(text: str) -> bool:
    """Whether an actor of an event is an account; everything else is a process."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
