"""The leader's page of counts."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from brik.audit import log
from brik.audit.verbs import Verb
from brik.people.access import permission_required
from brik.people.permissions import PeoplePermission
from brik.people.staff import StaffRequest
from followup.desk import charts
from followup.desk import counts as counting


@require_GET
@permission_required(PeoplePermission.SEE_COUNTS)
def counts(request: StaffRequest) -> HttpResponse:
    """Numbers of each of my units; looking at them is an event."""
    units = []
    for unit in counting.units_of(request.user):
        numbers = counting.of(unit, request.user)
        chart = charts.stacked(
            numbers.areas, title=_("Kartlagt, etter livsområde"), done=_("Kartlagt"), left=_("Ikke kartlagt")
        )
        units.append({"counts": numbers, "chart": chart})
    log.record(Verb.PEOPLE_LISTED, by=request.user, reason="counts")
    shown = {"counts": units, "least": counting.LEAST, "few": _("for få til å vises")}
    return render(request, "desk/counts.html", shown)
