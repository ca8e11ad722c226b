"""Pages of the unit's leader: who is approved as a mapper, from when and until when."""

from __future__ import annotations

from contextlib import suppress

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from brik.definitions.name_order import in_order
from brik.staff import actions
from brik.staff.access import found_or_404, permission_required
from brik.staff.accounts import StaffRequest
from brik.staff.models import MapperApproval, Post
from brik.staff.pages.approval_forms import ApprovalForm
from brik.staff.permissions import StaffPermission
from brik.staff.rules import NotAllowed


@require_http_methods(["GET", "POST"])
@permission_required(StaffPermission.APPROVE_MAPPERS)
def mappers(request: StaffRequest) -> HttpResponse:
    """The mappers of my units and their approvals; a POST approves one."""
    posts = Post.objects.visible_to(request.user).current().select_related("staff", "unit")
    others = in_order(posts.exclude(staff=request.user), lambda post: f"{post.staff.name}, {post.unit.name}")
    form = ApprovalForm(request.POST or None, posts=others, initial={"since": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.approve_mapper(
                form.chosen.staff, unit=form.unit, since=data["since"], until=data["until"], by=request.user
            )
        except NotAllowed as reason:
            form.add_error("post", str(reason))
        else:
            return redirect("staff:mappers")
    rows = MapperApproval.objects.visible_to(request.user).lasting().select_related("staff", "unit", "approved_by")
    approvals = in_order(rows.order_by("-since", "pk"), lambda approval: approval.staff.name)
    approved = {(row.staff_id, row.unit_id) for row in approvals if row.is_current}
    waiting = [post for post in others if (post.staff_id, post.unit_id) not in approved]
    return render(request, "staff/mappers.html", {"form": form, "approvals": approvals, "waiting": waiting})


@require_POST
@permission_required(StaffPermission.APPROVE_MAPPERS)
def end_approval(request: StaffRequest, approval: int) -> HttpResponse:
    """Take back an approval, from today."""
    mapper_approval = found_or_404(MapperApproval.objects.visible_to(request.user).lasting(), approval)
    # Somebody else may have ended it already: the list shows it.
    with suppress(NotAllowed):
        actions.end_approval(mapper_approval, by=request.user)
    return redirect("staff:mappers")
