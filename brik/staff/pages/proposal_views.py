"""The page of proposals that wait for a second person, and its answers."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from brik.staff.access import found_or_404, permission_required
from brik.staff.accounts import StaffRequest
from brik.staff.four_eyes import actions as four_eyes
from brik.staff.four_eyes.proposals import Proposal
from brik.staff.permissions import StaffPermission
from brik.staff.rules import NotAllowed

DECIDED_SHOWN = 20
ANSWERS = {"bekreft": four_eyes.confirm, "avvis": four_eyes.turn_down}


@require_GET
@permission_required(StaffPermission.CONFIRM)
def proposals(request: StaffRequest) -> HttpResponse:
    """The waiting proposals, and those decided most recently."""
    return _show(request)


@require_POST
@permission_required(StaffPermission.CONFIRM)
def decide(request: StaffRequest, proposal: int) -> HttpResponse:
    """Confirm a proposal, or turn it down."""
    stored = found_or_404(Proposal.objects.visible_to(request.user), proposal)
    answer = ANSWERS.get(request.POST.get("answer", ""))
    if answer is None:
        raise BadRequest("unknown answer")
    try:
        answer(stored, by=request.user)
    except NotAllowed as reason:
        return _show(request, refused=str(reason))
    return redirect("staff:proposals")


def _show(request: StaffRequest, *, refused: str = "") -> HttpResponse:
    visible = Proposal.objects.visible_to(request.user).select_related(
        "account__organisation", "unit", "organisation", "proposed_by", "decided_by"
    )
    shown = {
        "waiting": visible.waiting(),
        "decided": visible.exclude(decided_by=None)[:DECIDED_SHOWN],
        "refused": refused,
    }
    return render(request, "staff/proposals.html", shown, status=409 if refused else 200)
