"""The partner's pages: the inbox, one summary, and the answer. Every view checks that it may still be read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from brik.audit import log
from brik.audit.verbs import Verb
from brik.pages import refusal
from brik.pages.refusal import Refused, WayOn, leads_on
from brik.pages.unsaved.typed_words import types_in
from brik.people import protection
from brik.slips import inbox as slips
from brik.staff.access import found_or_404, permission_required
from brik.staff.accounts import Staff, StaffRequest
from brik.staff.pages.broken_rows import note
from brik.vault.sealing import SealBroken
from followup.sharing import actions
from followup.sharing.disclosure.refusals import AnswerRefusal
from followup.sharing.disclosure.threads import thread
from followup.sharing.inbox import disposal_lines, filing, inbox, name_search, summary_pdf
from followup.sharing.inbox.first_page import first_page
from followup.sharing.inbox.name_search import InboxSearchForm
from followup.sharing.inbox.narrowing import InboxNarrowing
from followup.sharing.messages import actions as messages
from followup.sharing.models import Delivery, Disclosure
from followup.sharing.pages import tick_forms
from followup.sharing.pages.answer_layout import areas
from followup.sharing.pages.plain_words import OWN_WORDS, facts, sheet_reference
from followup.sharing.pages.views import broken
from followup.sharing.permissions import SharingPermission
from followup.sharing.wire import message_schemas


def to_inbox(**named: object) -> list[WayOn]:
    """The link on the page of a refusal."""
    return [WayOn(_("Innboks"), reverse("sharing:inbox"))]


@require_http_methods(["GET", "POST"])
@permission_required(SharingPermission.INBOX)
def listed(request: StaffRequest) -> HttpResponse:
    """What has been shared with my organisation, and still is; for the health service, the slips that wait as well.

    A POST searches; the search words are then in no address.
    """
    narrowing, form = InboxNarrowing.read(request.GET.dict()), InboxSearchForm(request.POST or None)
    shown: dict[str, Any] = {"narrowing": narrowing, "search": form}
    if form.is_valid():
        shown["found"] = found = name_search.matching(request.user, form.cleaned_data["q"])
        lines, broken = found.lines, found.broken
    else:
        shown["page"] = page = inbox.page(request.user, narrowing)
        lines, broken = page.lines, set()
    log.record(Verb.INBOX_LISTED, by=request.user)
    shown |= {"lines": lines, "receives_slips": slips.health_service_of(request.user) is not None}
    shown["disposals"] = disposal_lines.lines(request.user)
    broken = broken | {line.disclosure.person_id for line in lines if line.name is None}
    if shown["receives_slips"]:
        shown["waiting"] = slips.waiting(request.user, broken=broken)
    note(request, broken)
    return render(request, "sharing/inbox.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permission_required(SharingPermission.INBOX)
@leads_on(to_inbox)
@types_in(tick_forms.AnswerForm)
def summary(request: StaffRequest, disclosure: UUID) -> HttpResponse:
    """One summary; a POST is the partner's answer. When a colleague has answered since, the page shows that answer."""
    shown = found_or_404(Disclosure.objects.visible_to(request.user).select_related("person"), disclosure)
    last_seen = request.POST.get("last_seen", "")
    overtaken = False
    try:
        visits = not protection.visits_barred(shown.person)
        form = tick_forms.AnswerForm(
            request.POST if request.method == "POST" else None, visits=visits, answered=shown.answers.exists()
        )
        if request.method == "POST" and form.is_valid():
            try:
                _answer(shown, form, last_seen=_answer_number(last_seen), by=request.user)
            except Refused as refused:
                if refused.why is not AnswerRefusal.ANSWERED_SINCE:
                    raise
                refusal.record(request, refused)
                overtaken = True
            else:
                notices.success(request, _("Svaret er sendt til kartleggeren."))
                return redirect("sharing:summary", disclosure=shown.pk)
        page = _page(shown, actions.read_summary(shown, by=request.user)) | {"form": form, "overtaken": overtaken}
        page["thread"] = thread(shown)
        page |= {"filed": (filed := filing.of(shown, request.user)), "assign": _assign_form(request.user, filed)}
        if request.method == "POST" and not overtaken:
            page["last_seen"] = last_seen
    except SealBroken:
        return broken(request, shown)
    return render(request, "sharing/summary.html", page, status=409 if overtaken else 422 if form.errors else 200)


def _answer(shown: Disclosure, form: tick_forms.AnswerForm, *, last_seen: int, by: Staff) -> None:
    """The answer with what was typed beside it; the message alone where that is all there is."""
    if answered := form.values():
        messages.answer(shown, **answered, **form.written(), last_seen=last_seen, by=by)
    else:
        messages.write(shown, **form.written(), by=by)


def _assign_form(user: Staff, filed: Delivery | None) -> tick_forms.AssignForm:
    chosen = str(filed.assigned_to_id or "") if filed is not None else ""
    return tick_forms.AssignForm(colleagues=filing.colleagues(user), initial={"to": chosen})


def _answer_number(last_seen: str) -> int:
    """The key of the latest answer when the page was shown; 0, for no answer, when the request does not say it."""
    return int(last_seen) if last_seen.isascii() and last_seen.isdigit() and len(last_seen) < 10 else 0


@require_GET
@permission_required(SharingPermission.INBOX)
@leads_on(to_inbox)
def printed(request: StaffRequest, disclosure: UUID) -> HttpResponse:
    """The same summary as a PDF."""
    shown = found_or_404(Disclosure.objects.visible_to(request.user).select_related("person"), disclosure)
    try:
        content = actions.read_summary(shown, by=request.user, printed=True)
    except SealBroken:
        return broken(request, shown)
    response = HttpResponse(summary_pdf.summary(_page(shown, content)), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="sammendrag.pdf"'
    return response


def _page(shown: Disclosure, content: bytes) -> dict[str, Any]:
    message = message_schemas.read(content, message_schemas.MAPPING)
    answers = list(shown.answers.all())
    return {
        "disclosure": shown,
        "name": shown.person.name,
        "sheet": sheet_reference(shown.reference, timezone.localdate(shown.decided_at)),
        "message": message,
        "first": first_page(message),
        "areas": areas(message),
        "facts": facts(message),
        "own_words": OWN_WORDS,
        "answers": answers,
        "last_seen": str(answers[0].pk if answers else 0),
    }
