"""Notices to a mapper about work that was closed automatically."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from brik.mapping.models import Notice
from brik.mapping.permissions import MappingPermission
from brik.staff.access import found_or_404, permission_required
from brik.staff.accounts import StaffRequest


@require_POST
@permission_required(MappingPermission.INTERVIEW)
def seen(request: StaffRequest, notice: int) -> HttpResponse:
    """Mark a notice as read by its mapper."""
    mine = Notice.objects.visible_to(request.user)
    mine.unseen().filter(pk=found_or_404(mine, notice).pk).change(seen_at=timezone.now())
    return redirect("desk:worklist")
