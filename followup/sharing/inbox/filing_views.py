"""What a recipient's people do with a summary among themselves: give it to somebody, put it away, take it out again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brik.pages import errors
from brik.pages.refusal import leads_on
from brik.staff.access import found_or_404, permission_required
from brik.staff.accounts import StaffRequest
from brik.vault.sealing import SealBroken
from followup.sharing.inbox import filing
from followup.sharing.inbox.views import to_inbox
from followup.sharing.models import Disclosure
from followup.sharing.pages import tick_forms
from followup.sharing.pages.views import broken
from followup.sharing.permissions import SharingPermission


@require_POST
@permission_required(SharingPermission.INBOX)
@leads_on(to_inbox)
def file(request: StaffRequest, disclosure: UUID) -> HttpResponse:
    """One of the three, as the button says; back to the summary, or to the inbox when it is put away."""
    shown = found_or_404(Disclosure.objects.visible_to(request.user).select_related("person"), disclosure)
    try:
        match request.POST.get("do"):
            case "assign":
                form = tick_forms.AssignForm(request.POST, colleagues=filing.colleagues(request.user))
                if not form.is_valid():
                    return errors.bad_request(request, ValueError())
                filing.assign(shown, to=form.chosen(), by=request.user)
            case "archive":
                filing.archive(shown, by=request.user)
                notices.success(request, _("Sammendraget er arkivert."))
                return redirect("sharing:inbox")
            case "bring_back":
                filing.bring_back(shown, by=request.user)
            case _:
                return errors.bad_request(request, ValueError())
    except SealBroken:
        return broken(request, shown)
    return redirect("sharing:summary", disclosure=shown.pk)
