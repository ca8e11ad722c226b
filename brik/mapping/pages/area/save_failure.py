"""When a page could not be saved at all: it says so, and carries what was typed until it can be."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string

from brik.mapping.models import Mapping
from brik.mapping.pages.area.area_form import AreaForm
from brik.pages import errors
from brik.pages.session_time import is_hidden

# Not carried: proof of where the page came from is made anew, and the screen is hidden once.
_RENEWED = {"csrfmiddlewaretoken", "again", "hide"}


def signed_out(request: HttpRequest) -> HttpResponse:
    """Nobody is signed in any more. Shows nothing of what was typed, but holds it until somebody is."""
    return _alone(request, "mapping/signed_out.html", status=401)


def held(request: HttpRequest) -> HttpResponse:
    """The screen is hidden, or a password of one's own must be chosen first. Shows nothing of what was typed, but
    holds it until that has been done."""
    return _alone(request, "mapping/signed_out.html", status=401, why="hidden" if is_hidden(request) else "password")


def database_down(request: HttpRequest) -> HttpResponse:
    """The database does not answer. Needs neither it nor the session."""
    return _alone(request, "mapping/database_down.html", status=503)


def taken_over(request: HttpRequest, form: AreaForm, mapping: Mapping) -> HttpResponse:
    """A colleague holds the interview now. Shows what was typed, and lets it be taken back with it."""
    errors.record(request, 409, reason="taken_over")
    context = {
        "mapping": mapping,
        "area": form.area,
        "form": form,
        "answers": form.answers(),
        "carried": carried(request),
    }
    return render(request, "mapping/taken_over.html", context, status=409)


def carried(request: HttpRequest) -> list[tuple[str, list[str]]]:
    """What was sent, to be sent once more."""
    return [(name, values) for name, values in request.POST.lists() if name not in _RENEWED]


def _alone(request: HttpRequest, template: str, *, status: int, why: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "carried": carried(request),
        "token": get_token(request),
        "action": request.path,
        "why": why,
    }
    return HttpResponse(render_to_string(template, context), status=status)
