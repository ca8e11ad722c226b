"""What a mapper is told when work was closed without anybody here having done it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from brik.mapping.permissions import MappingPermission
from brik.staff.access import permission_required
from brik.staff.accounts import StaffRequest
from brik.staff.models import Staff
from brik.vault import keys
from followup.desk.models import Notice

MOST_SHOWN = 10


def unseen(user: Staff) -> list[Notice]:
    """The notices to show at the top of the worklist, with the keys of their people."""
    found = Notice.objects.visible_to(user).unseen().select_related("person", "unit")
    told = list(found[:MOST_SHOWN])
    keys.preload(notice.person_id for notice in told)
    return told


@require_POST
@permission_required(MappingPermission.INTERVIEW)
def seen(request: StaffRequest, notice: int) -> HttpResponse:
    """The mapper has read it."""
    told = Notice.objects.visible_to(request.user).filter(pk=notice)
    if not told.exists():
        raise Http404
    told.filter(seen_at=None).update(seen_at=timezone.now())
    return redirect("desk:worklist")
