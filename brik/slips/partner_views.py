"""The pages of the health service: its slips, and opening those that wait."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from brik.audit import log
from brik.audit.verbs import Verb
from brik.slips import actions, inbox
from brik.slips.permissions import SlipsPermission
from brik.staff.access import permission_required
from brik.staff.accounts import StaffRequest
from brik.staff.models import Organisation
from brik.staff.pages.broken_rows import note


@require_GET
@permission_required(SlipsPermission.READ)
def listed(request: StaffRequest) -> HttpResponse:
    """The slips to my organisation: those that wait first, then those that have been opened."""
    _health_service(request)
    log.record(Verb.SLIPS_LISTED, by=request.user)
    broken: set[UUID] = set()
    shown = {
        "waiting": inbox.waiting(request.user, broken=broken),
        "opened": inbox.opened(request.user, broken=broken),
        "broken": broken,
    }
    note(request, broken)
    return render(request, "slips/inbox.html", shown)


@require_POST
@permission_required(SlipsPermission.READ)
def open_all(request: StaffRequest) -> HttpResponse:
    """Open all that wait; in a second tab there is nothing left to open, and the list says the same."""
    actions.open_waiting(_health_service(request), by=request.user)
    return redirect("slips:inbox")


def _health_service(request: StaffRequest) -> Organisation:
    """Raises ``PermissionDenied`` for a partner of another kind."""
    organisation = inbox.health_service_of(request.user)
    if organisation is None:
        raise PermissionDenied(SlipsPermission.READ)
    return organisation
