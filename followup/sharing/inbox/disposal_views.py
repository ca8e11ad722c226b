"""The partner's page for one line: what has become of prints and notes of a summary that has ended."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from brik.audit import log
from brik.audit.verbs import Verb
from brik.pages.refusal import Refused, leads_on
from brik.staff.access import found_or_404, permission_required
from brik.staff.accounts import StaffRequest
from followup.sharing.disclosure.refusals import DisposalRefusal
from followup.sharing.inbox import disposal_answers, disposal_lines
from followup.sharing.inbox.disposal_form import DisposalForm
from followup.sharing.inbox.views import to_inbox
from followup.sharing.models import DisposalNotice
from followup.sharing.permissions import SharingPermission


@require_http_methods(["GET", "POST"])
@permission_required(SharingPermission.INBOX)
@leads_on(to_inbox)
def answer(request: StaffRequest, notice: UUID) -> HttpResponse:
    """One line; a POST is the answer, after which the line is gone."""
    seen = DisposalNotice.objects.visible_to(request.user).select_related("disclosure__mapping", "answer")
    shown = found_or_404(seen, notice)
    line = disposal_lines.line_of(shown)
    form = DisposalForm(request.POST if request.method == "POST" else None, words=line.words, question=line.question)
    if request.method == "POST" and form.is_valid():
        disposal_answers.answer(shown, **form.values(), by=request.user)
        notices.success(request, _("Svaret er sendt."))
        return redirect("sharing:inbox")
    if shown.answered is not None:
        raise Refused(DisposalRefusal.ANSWERED)
    log.record(Verb.INBOX_LISTED, by=request.user, obj=shown)
    return render(request, "sharing/disposal.html", {"line": line, "form": form}, status=422 if form.errors else 200)
