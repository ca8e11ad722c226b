"""The units that messages name, for the keeper of units: which have people, and which may be another unit."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from brik.pages import errors
from brik.staff.access import found_or_404, permission_required
from brik.staff.accounts import StaffRequest
from brik.staff.models import Unit
from brik.staff.permissions import StaffPermission
from followup.desk import receiving as arrivals
from followup.desk.arrivals.units_in_use import units_in_use, without_staff


@require_GET
@permission_required(StaffPermission.ADMINISTER)
def units(request: StaffRequest) -> HttpResponse:
    """The units with people in custody: how many, whether somebody works there, and which may be another unit."""
    lines = units_in_use()
    shown = {
        "asked": [line for line in lines if line.unit.is_asked],
        "unstaffed": without_staff(lines),
        "lines": [line for line in lines if not line.unit.is_asked],
    }
    return render(request, "desk/units.html", shown)


@require_POST
@permission_required(StaffPermission.ADMINISTER)
def settle_unit(request: StaffRequest, unit: int) -> HttpResponse:
    """The keeper's answer whether a unit is the one it resembles."""
    row = found_or_404(Unit.objects.visible_to(request.user), unit)
    same = {"ja": True, "nei": False}.get(request.POST.get("same", ""))
    if same is None:
        return errors.refused(request, 400, reason="no_answer_given")
    arrivals.settle_unit(row, same=same, by=request.user)
    return redirect("desk:units")
