"""The page of an interview that a colleague has taken over: it holds what was typed, to be saved later."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from brik.audit.reasons import Reason
from brik.mapping.models import Mapping
from brik.mapping.pages.area.area_form import AreaForm
from brik.pages import errors
from brik.pages.unsaved.own_words import render_own_words
from brik.pages.unsaved.page import carried


def takeover_page(request: HttpRequest, form: AreaForm, mapping: Mapping) -> HttpResponse:
    """Shows what was typed, and lets the officer take the interview back and save it."""
    errors.record(request, 409, reason=Reason.TAKEN_OVER)
    context = {
        "mapping": mapping,
        "area": form.area,
        "form": form,
        "answers": form.answers_read(),
        "carried": carried(request),
    }
    return render_own_words(request, "mapping/taken_over.html", context, status=409)
