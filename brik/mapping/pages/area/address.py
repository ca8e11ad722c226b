"""The addresses of an area page: the page itself, its autosave, and what is answered when a sent page never came in."""

from __future__ import annotations

from functools import partial
from typing import Any, assert_never
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import time_format
from django.views.decorators.http import require_POST

from brik.audit.reasons import Reason
from brik.mapping.pages.area import decision, save_failure
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.pages.area.decision import AreaClash, AreaKept, AreaRefused, InterviewTakenOver
from brik.mapping.pages.area.invalid_drafts import say, wrong_fields
from brik.mapping.pages.area.submission import OpenedArea
from brik.mapping.pages.area.wizard import AreaWizard
from brik.mapping.pages.interview_lookup import demand_mapper, find, for_mappers
from brik.mapping.permissions import MappingPermission
from brik.mapping.record.refusals import MALFORMED, Clash, InterviewRefusal, TakenOver
from brik.pages import errors
from brik.pages.page_flow import Unavailable
from brik.pages.refusal import Refused
from brik.pages.refusal import record as record_refusal
from brik.pages.unsaved.page import never_held
from brik.staff.access import marked
from brik.staff.accounts import StaffRequest, has_signed_in
from brik.staff.sign_in.hidden_screen import hide_keeping


# Opened by name, so that a page sent after the session was lost is answered with what was typed, not thrown away.
@login_not_required
def area(request: HttpRequest, mapping: UUID, step: str) -> HttpResponse:
    """One page of the interview."""
    if not has_signed_in(request):
        lost = request.method == "POST"
        return save_failure.signed_out(request) if lost else redirect_to_login(request.get_full_path())
    if "hide" in request.POST:
        keep = partial(_keep_new, request, mapping, step)
        return hide_keeping(request, keep, unless=(Refused, Clash, TakenOver), held=save_failure.held)
    return _page(request, mapping, step)


def not_received(request: HttpRequest, status: int, *, mapping: UUID, step: str) -> HttpResponse:
    """What to answer when a sent page never reached its view: nothing is saved, nothing typed is lost."""
    alone = {401: save_failure.held, 503: save_failure.database_down}.get(status)
    if alone or not has_signed_in(request):
        return (alone or save_failure.signed_out)(request)
    return _page(request, mapping, step, only_shown=True)


# Opened by name, but not to everybody for that.
marked(area, permission=MappingPermission.INTERVIEW, not_received=not_received)


@never_held("answers the page's script, which sends again by itself")
@for_mappers
@require_POST
def autosave(request: StaffRequest, mapping: UUID, step: str) -> JsonResponse:
    """Answer the page's own script: the time and the new version, or why nothing was kept. Never counts as done."""
    interview = find(request.user, mapping)
    opened = OpenedArea.at(interview, step, by=request.user)
    outcome = decision.receive_draft(opened, request.POST) if opened else _NO_SUCH_AREA
    match outcome:
        case AreaKept(submission, section):
            answer = _marked(submission.form)
            answer |= {
                "version": section.row_version,
                "at": time_format(timezone.localtime(section.updated_at), "H.i"),
            }
            if submission.form.asks_for_help:
                answer["open"] = reverse("mapping:help", kwargs={"mapping": mapping, "step": step})
            return JsonResponse(answer)
        case AreaClash() | InterviewTakenOver():
            errors.record(request, 409, reason=Reason.CLASH if isinstance(outcome, AreaClash) else Reason.TAKEN_OVER)
            return JsonResponse({"error": "clash"}, status=409)
        case AreaRefused(refusal):
            record_refusal(request, refusal)
            status = 400 if refusal.why in MALFORMED else 409
            return JsonResponse({"error": str(refusal.why.label)}, status=status)
        case Unavailable():
            return JsonResponse({"error": "unavailable"}, status=503)
        case _:
            assert_never(outcome)


_NO_SUCH_AREA = AreaRefused(Refused(InterviewRefusal.UNKNOWN_ANSWER))


def _marked(form: AreaForm) -> dict[str, Any]:
    """What is wrong at each field, in the language of the questions as on the page, and how many there are."""
    wrong = wrong_fields(form)
    with translation.override(form.language):
        marks = [{"control": bound.focus_id, "id": bound.error_id, "text": bound.error_text} for bound in wrong]
    return {"wrong": marks, **({"note": say(len(wrong))} if wrong else {})}


def _page(request: StaffRequest, mapping: UUID, step: str, *, only_shown: bool = False) -> HttpResponse:
    opened = _open(request, mapping, step)
    page = AreaWizard.as_view(
        form_list=[(area.code, AreaForm) for area in opened.questionnaire.areas],
        url_name="mapping:area",
        opened=opened,
        only_shown=only_shown,
    )
    response: HttpResponse = page(request, mapping=mapping, step=step)
    return response


def _keep_new(request: StaffRequest, mapping: UUID, step: str) -> None:
    decision.keep_new(_open(request, mapping, step), request.POST)


def _open(request: StaffRequest, mapping: UUID, step: str) -> OpenedArea:
    """Raises ``PermissionDenied`` or ``Http404`` where there is nothing to open for the user."""
    demand_mapper(request)
    opened = OpenedArea.at(find(request.user, mapping), step, by=request.user)
    if opened is None:
        raise Http404
    return opened
