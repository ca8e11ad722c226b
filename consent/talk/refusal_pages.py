"""Where a talk that is refused leads."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from brik.pages import refusal
from brik.pages.links import link_to
from brik.pages.refusal import Refused, WayOn
from consent.models import Talk
from consent.record.refusals import Stale


def to_person(person: UUID, *, begun: bool = False) -> list[WayOn]:
    """In a talk that has ``begun`` the person holds the screen."""
    return [WayOn(_("Til personen"), link_to("person", person), behind_password=begun)]


def refused(request: HttpRequest, reason: Refused, person: UUID) -> HttpResponse:
    """Why nothing was changed in a talk that has begun."""
    seen = [WayOn(_("Se hva som er lagret"), request.path)] if isinstance(reason, Stale) else []
    return refusal.answer(request, reason, [*seen, *to_person(person, begun=True)])


def stale(request: HttpRequest, talk: Talk, url: str) -> HttpResponse:
    """Somebody saved the talk since the page was opened: nothing typed here was saved."""
    return refused(request, Stale(), talk.person_id)
