"""Turning the screen for a slip: the officer's page before, the person's own pages, and giving the screen back."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.definitions import languages
from brik.pages import refusal
from brik.pages.links import link_to
from brik.pages.refusal import Refused, WayOn, leads_on
from brik.pages.unsaved.page import never_held
from brik.people.models import Person
from brik.slips import actions, slip_words
from brik.slips.forms import SlipForm, chosen
from brik.slips.permissions import SlipsPermission
from brik.slips.slip_words import SlipWords
from brik.staff.access import found_or_404, may, permission_required
from brik.staff.accounts import StaffRequest


def _to_person(person: UUID, **named: object) -> list[WayOn]:
    return [WayOn(_("Til personen"), link_to("person", person))]


def _to_person_with_password(person: UUID, **named: object) -> list[WayOn]:
    """The person holds the screen."""
    return [WayOn(_("Til personen"), link_to("person", person), behind_password=True)]


@require_GET
@permission_required(SlipsPermission.TURN)
@leads_on(_to_person)
def turn(request: StaffRequest, person: UUID) -> HttpResponse:
    """The officer's page before the screen is turned: what to see to, and in which language."""
    someone = _find(request, person)
    shown = {"person": someone, "name": someone.name, "languages": languages.CHOICES}
    return render(request, "slips/turn.html", shown)


# Held and sent on later, it would lie in a page that the officer opens.
@never_held("nobody but the health service is to see what was chosen")
@require_http_methods(["GET", "POST"])
@permission_required(SlipsPermission.TURN)
@leads_on(_to_person_with_password)
def write(request: StaffRequest, person: UUID, language: str) -> HttpResponse:
    """The person's own page. Whatever is sent, the answer is the same."""
    words = _words(language)
    if request.method == "POST":
        try:
            actions.turn(_person(request, person), topics=chosen(request.POST), by=request.user)
        except Refused as reason:
            # The page of the refusal is that of a GET: a browser keeps on its disk what was sent for a page.
            refusal.record(request, reason)
            return redirect("slips:write", person, language)
        return redirect("slips:done", person, language)
    someone = _find(request, person)
    shown = {"name": someone.name, "words": words, "page_language": language, "form": SlipForm(words)}
    with translation.override(language):
        return render(request, "slips/write.html", shown)


@require_GET
@permission_required(SlipsPermission.TURN)
def done(request: StaffRequest, person: UUID, language: str) -> HttpResponse:
    """The last page the person sees, the same whatever was chosen; from there the screen goes back to the officer."""
    words, someone = _words(language), _person(request, person)
    shown = {
        "words": words,
        "page_language": language,
        "button": words.give_back.format(leader=request.user.name),
        "back_to": link_to("person", someone.pk),
    }
    with translation.override(language):
        return render(request, "slips/done.html", shown)


def _words(language: str) -> SlipWords:
    """Raises ``Http404`` for a language there are no words in."""
    words = slip_words.definition().words.get(language)
    if words is None:
        raise Http404
    return words


def _person(request: StaffRequest, pk: UUID) -> Person:
    someone: Person = found_or_404(Person.objects.visible_to(request.user).with_stay(), pk)
    if not may(request.user, SlipsPermission.TURN, someone):
        raise Http404
    return someone


def _find(request: StaffRequest, pk: UUID) -> Person:
    """The person a page is shown for, with its event. Raises ``Refused`` while no slip can be written."""
    someone = _person(request, pk)
    actions.reader(someone)
    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone, reason=Reason.SLIP)
    return someone
