"""The partner's pages: the inbox, one summary, and the answer. Whether it may be read is asked at every view."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.staff.access import permission_required
from brik.staff.accounts import StaffRequest
from brik.staff.pages.broken_rows import note
from brik.vault.sealing import SealBroken
from followup.sharing import actions
from followup.sharing.inbox import inbox, summary_pdf
from followup.sharing.models import Disclosure
from followup.sharing.pages import tick_forms
from followup.sharing.pages.answer_layout import areas
from followup.sharing.pages.plain_words import OWN_WORDS, facts
from followup.sharing.pages.views import broken
from followup.sharing.permissions import SharingPermission
from followup.sharing.wire import message_schemas


@require_GET
@permission_required(SharingPermission.INBOX)
def listed(request: StaffRequest) -> HttpResponse:
    """What has been shared with my organisation, and still is."""
    lines = inbox.lines(request.user)
    log.record(Verb.INBOX_LISTED, by=request.user)
    note(request, {line.disclosure.person_id for line in lines if line.name is None})
    return render(request, "sharing/inbox.html", {"lines": lines})


@require_http_methods(["GET", "POST"])
@permission_required(SharingPermission.INBOX)
def summary(request: StaffRequest, disclosure: UUID) -> HttpResponse:
    """One summary; a POST is the partner's answer."""
    shown = get_object_or_404(Disclosure.objects.visible_to(request.user), pk=disclosure)
    form = tick_forms.AnswerForm(request.POST if request.method == "POST" else None)
    try:
        if request.method == "POST" and form.is_valid():
            actions.answer(shown, **form.values(), by=request.user)
            notices.success(request, _("Svaret er sendt til kartleggeren."))
            return redirect("sharing:summary", disclosure=shown.pk)
        page = _page(shown, actions.look(shown, by=request.user)) | {"form": form}
    except actions.DisclosureGone:
        return _gone(request, shown)
    except SealBroken:
        return broken(request, shown)
    return render(request, "sharing/summary.html", page, status=422 if form.errors else 200)


@require_GET
@permission_required(SharingPermission.INBOX)
def printed(request: StaffRequest, disclosure: UUID) -> HttpResponse:
    """The same summary as a PDF."""
    shown = get_object_or_404(Disclosure.objects.visible_to(request.user), pk=disclosure)
    try:
        content = actions.look(shown, by=request.user, printed=True)
    except actions.DisclosureGone:
        return _gone(request, shown)
    except SealBroken:
        return broken(request, shown)
    response = HttpResponse(summary_pdf.summary(_page(shown, content)), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="sammendrag.pdf"'
    return response


def _page(shown: Disclosure, content: bytes) -> dict[str, Any]:
    message = message_schemas.read(content, message_schemas.MAPPING)
    return {
        "disclosure": shown,
        "name": shown.person.name,
        "message": message,
        "areas": areas(message),
        "facts": facts(message),
        "own_words": OWN_WORDS,
        "answers": list(shown.answers.all()),
    }


def _gone(request: StaffRequest, shown: Disclosure) -> HttpResponse:
    log.record(Verb.REFUSED, by=request.user, subject=shown.person_id, obj=shown, reason=Reason.NO_LONGER_SHARED)
    return render(request, "sharing/gone.html", status=410)
