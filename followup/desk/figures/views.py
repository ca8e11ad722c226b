"""The leader's page of counts."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.staff.access import permission_required, units_of
from brik.staff.accounts import StaffRequest
from followup.desk.figures import charts, voluntariness
from followup.desk.figures import counts as counting
from followup.desk.figures.consent_bars import LEAST_OFFERED
from followup.desk.figures.rounding import FEW, LEAST
from followup.desk.figures.voluntariness import LEAST_ANSWERED
from followup.desk.permissions import DeskPermission


@require_GET
@permission_required(DeskPermission.SEE_COUNTS)
def counts(request: StaffRequest) -> HttpResponse:
    """The figures of each of the user's units. Reading them is an event."""
    units, at = [], counting.last_monday()
    for unit in units_of(request.user, DeskPermission.SEE_COUNTS):
        parts = [{"counts": numbers, "chart": _chart(numbers)} for numbers in counting.of(unit, at)]
        asked = voluntariness.of(unit, timezone.localdate(at))
        units.append({"unit": unit, "parts": parts, "voluntariness": asked})
    log.record(Verb.PEOPLE_LISTED, by=request.user, reason=Reason.COUNTS)
    least = {"least": LEAST, "least_offered": LEAST_OFFERED, "least_answered": LEAST_ANSWERED}
    shown = {"units": units, **least, "few": FEW, "at": at}
    return render(request, "desk/counts.html", shown)


def _chart(numbers: counting.Counts) -> SafeString | None:
    """None when there is nothing to draw; the table says so."""
    if not any(bar.parts for bar in numbers.areas):
        return None
    title = _("Kartlagt, etter livsområde")
    return charts.stacked(numbers.areas, title=title, done=_("Kartlagt"), left=_("Ikke kartlagt"))
