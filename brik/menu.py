"""The menu of the house: url name, label, permission. A user without the permission never sees the line."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from brik.arrivals.answers import number_waiting
from brik.arrivals.permissions import ArrivalsPermission as Arrivals
from brik.definitions.name_order import in_order
from brik.pages import session_time
from brik.people.permissions import PeoplePermission as People
from brik.staff.access import may
from brik.staff.models import Staff as StaffUser
from brik.staff.permissions import StaffPermission as Staff
from brik.tasks.permissions import TasksPermission as Tasks
from followup.desk.permissions import DeskPermission as Desk
from followup.sharing.permissions import SharingPermission as Sharing

MENU: list[tuple[str, str | Promise, StrEnum]] = [
    ("desk:worklist", _("Arbeidsliste"), People.SEE_PEOPLE),
    ("desk:releases", _("Løslates"), People.SEE_PEOPLE),
    ("tasks:listed", _("Oppgaver"), Tasks.OPEN),
    ("sharing:disposals", _("Makulering"), Sharing.SEE_DELIVERIES),
    ("sharing:inbox", _("Innboks"), Sharing.INBOX),
    ("desk:counts", _("Tall"), Desk.SEE_COUNTS),
    ("desk:events", _("Hendelser"), Desk.READ_EVENTS),
    ("desk:nights", _("Slettet om natten"), Desk.READ_EVENTS),
    ("desk:find", _("Innsyn"), Desk.EXTRACT),
    ("desk:holds", _("Bevaring"), Desk.HOLD),
    ("desk:erasures", _("Sletting"), Desk.ERASE),
    ("desk:waiting", _("Ankomster på vent"), Arrivals.RESOLVE_ARRIVALS),
    ("desk:without_messages", _("Uten melding"), Arrivals.RESOLVE_ARRIVALS),
    ("desk:restrictions", _("Restriksjoner"), People.RULE_ON_RESTRICTIONS),
    ("staff:mappers", _("Kartleggere"), Staff.APPROVE_MAPPERS),
    ("staff:accounts", _("Kontoer"), Staff.ADMINISTER),
    ("desk:units", _("Enheter"), Staff.ADMINISTER),
    ("staff:organisations", _("Organisasjoner"), Staff.ADMINISTER),
    ("staff:keys", _("Avsendernøkler"), Staff.ADMINISTER),
    ("desk:deletions", _("Slettinger uten virkning"), Staff.ADMINISTER),
    ("staff:proposals", _("Til bekreftelse"), Staff.CONFIRM),
]
# What waits for whoever has these lines, counted when the line is drawn. Nothing may be counted that follows from what
# somebody has answered; see docs/decisions/2026-12-01-counted-in-the-menu.md.
WAITING = {"desk:waiting": number_waiting}
# From here on "9+".
MOST_COUNTED = 10


def entries(request: HttpRequest) -> list[dict[str, Any]]:
    """The lines this user may see; ``current`` marks the one that the page belongs to."""
    return [
        {
            "url": reverse(name),
            "label": label,
            "current": request.path.startswith(reverse(name)),
            "waiting": partial(_waiting, name, request),
        }
        for name, label, permission in MENU
        if may(request.user, permission)
    ]


def _waiting(name: str, request: HttpRequest) -> str:
    count = WAITING.get(name)
    number = count(request.user, most=MOST_COUNTED) if count and isinstance(request.user, StaffUser) else 0
    return f"{MOST_COUNTED - 1}+" if number == MOST_COUNTED else str(number or "")


def context(request: HttpRequest) -> dict[str, Any]:
    """What every page needs for its frame."""
    user = getattr(request, "user", None)
    frame: dict[str, Any] = {
        "menu": [],
        "place": "",
        "demo": settings.DEMO,
        "staff_languages": settings.STAFF_LANGUAGES,
    }
    if user is not None and user.is_authenticated:
        frame["menu"] = [] if user.password_by_other else entries(request)
        frame |= {"seconds_left": session_time.seconds_left(request), "warn_before": session_time.warn_before()}
        units = in_order({post.unit.name for post in user.current_posts if post.unit})
        frame["place"] = user.organisation.name if user.organisation_id else ", ".join(units)
    return frame


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page in the user's menu; a page that says so if there is none."""
    lines = entries(request)
    return redirect(lines[0]["url"]) if lines else render(request, "pages/nothing.html", {})
