"""The worklist and the person page."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from brik.audit import log
from brik.audit.verbs import Verb
from brik.people.access import may, permission_required
from brik.people.permissions import PeoplePermission
from brik.vault import keys
from consent.permissions import ConsentPermission
from followup.desk import finding, overview
from followup.desk import worklist as lists
from followup.desk.forms import SearchForm

SEARCH_PURPOSE = "audit.search"


@require_http_methods(["GET", "POST"])
@permission_required(PeoplePermission.SEE_PEOPLE)
def worklist(request: HttpRequest) -> HttpResponse:
    """The list of my units; a POST is a search, so that what was searched for never stands in an address."""
    narrowing = lists.Narrowing.read(request.GET.dict(), request.user)
    shown = {"narrowing": narrowing}
    if request.method == "POST":
        return _search(request, shown)
    shown["page"] = lists.page(request.user, narrowing, request.GET.get("side", "1"))
    log.record(Verb.PEOPLE_LISTED, by=request.user)
    return render(request, "desk/worklist.html", {**shown, "form": SearchForm()})


def _search(request: HttpRequest, shown: dict) -> HttpResponse:
    form = SearchForm(request.POST)
    if not form.is_valid():
        shown["page"] = lists.page(request.user, shown["narrowing"], "1")
        log.record(Verb.PEOPLE_LISTED, by=request.user)
        return render(request, "desk/worklist.html", {**shown, "form": form})
    term = form.cleaned_data["q"]
    # The event holds a keyed hash: the same search can be recognised, what was searched for cannot be read.
    log.record(Verb.PEOPLE_SEARCHED, by=request.user, term_hash=keys.lookup_hash(SEARCH_PURPOSE, term.casefold()))
    found = finding.by_name_or_number(request.user, term)
    rows = lists.rows(found[: finding.MOST_FOUND], request.user)
    too_many = len(found) > finding.MOST_FOUND
    return render(request, "desk/worklist.html", {**shown, "form": form, "found": rows, "too_many": too_many})


@require_GET
@permission_required(PeoplePermission.SEE_PEOPLE)
def person(request: HttpRequest, person: UUID) -> HttpResponse:
    """All about one person that the user's role may see. Opening it is an event."""
    someone = finding.visible_person(request, person)
    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone)
    shown = overview.of(someone, request.user)
    shown["may_withdraw"] = may(request.user, ConsentPermission.NOTE_WITHDRAWAL, someone)
    return render(request, "desk/person.html", shown)
