"""When a page could not be saved at all: it says so, and carries what was typed until it can be."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from brik.mapping.models import Mapping
from brik.mapping.pages.area.area_form import AreaForm
from brik.pages import errors
from brik.pages.session_time import is_hidden
from brik.pages.unsaved import page
from brik.pages.unsaved.page import UnsavedCause


def signed_out(request: HttpRequest) -> HttpResponse:
    """Nobody is signed in any more. Shows nothing of what was typed, but holds it until its typist is."""
    return page.held(request, UnsavedCause.SIGNED_OUT, again="show")


def held(request: HttpRequest) -> HttpResponse:
    """The screen is hidden, or a password of one's own must be chosen first. Shows nothing of what was typed, but
    holds it until that has been done."""
    return page.held(request, UnsavedCause.HIDDEN if is_hidden(request) else UnsavedCause.PASSWORD, again="show")


def database_down(request: HttpRequest) -> HttpResponse:
    """The database does not answer. Needs neither it nor the session."""
    return page.held(request, UnsavedCause.DATABASE)


def taken_over(request: HttpRequest, form: AreaForm, mapping: Mapping) -> HttpResponse:
    """A colleague holds the interview now. Shows what was typed, and lets it be taken back with it."""
    errors.record(request, 409, reason="taken_over")
    context = {
        "mapping": mapping,
        "area": form.area,
        "form": form,
        "answers": form.answers(),
        "carried": page.carried(request),
    }
    return render(request, "mapping/taken_over.html", context, status=409)
