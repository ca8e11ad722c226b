"""The page shown after an answer that says the inmate needs help now. The event does not say which answer it was."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from brik.audit import log
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping
from brik.mapping.questionnaire.structure import Area
from brik.staff.accounts import StaffRequest


def help_page(
    request: StaffRequest, mapping: Mapping, area: Area, *, carried: list[tuple[str, list[str]]] | None = None
) -> HttpResponse:
    """The page itself; ``carried`` holds what could not be saved, to be sent from it."""
    log.record(Verb.HELP_SHOWN, by=request.user, subject=mapping.person_id, obj=mapping)
    return render(request, "mapping/help.html", {"mapping": mapping, "area": area, "carried": carried})
