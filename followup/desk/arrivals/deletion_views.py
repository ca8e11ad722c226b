"""Deletions that have deleted nothing, for those who keep the senders' keys: they can ask the sender."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from brik.arrivals.models import Message
from brik.staff.access import permission_required
from brik.staff.accounts import StaffRequest
from brik.staff.permissions import StaffPermission
from brik.vault.codes.coded_models import proved

MOST_SHOWN = 50


@require_GET
@permission_required(StaffPermission.ADMINISTER)
def deletions(request: StaffRequest) -> HttpResponse:
    """Deletions without effect for more than a day, the latest first. They name nobody."""
    rows = proved(Message.objects.deleting_nothing_for(request.user)[: MOST_SHOWN + 1])
    return render(request, "desk/deletions.html", {"deletions": rows[:MOST_SHOWN], "more": len(rows) > MOST_SHOWN})
