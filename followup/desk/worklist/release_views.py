"""The list of those who leave."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.people.permissions import PeoplePermission
from brik.staff.access import permission_required, units_of
from brik.staff.accounts import StaffRequest
from brik.staff.pages import broken_rows
from followup.desk.worklist.release_list import release_page


@require_GET
@permission_required(PeoplePermission.SEE_PEOPLE)
def releases(request: StaffRequest) -> HttpResponse:
    """Everybody of a unit by likely release. Reading it is an event."""
    units = units_of(request.user, PeoplePermission.SEE_PEOPLE)
    unit = next((unit for unit in units if str(unit.pk) == request.GET.get("enhet")), units[0] if units else None)
    page = release_page(request.user, unit, request.GET.get("side", "1"), whole="alle" in request.GET)
    log.record(Verb.PEOPLE_LISTED, by=request.user, reason=Reason.RELEASES)
    broken_rows.note(request, {row.person.pk for row in page.object_list if row.broken})
    return render(request, "desk/releases.html", {"unit": unit, "units": units, "page": page})
