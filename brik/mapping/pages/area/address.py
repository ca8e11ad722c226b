"""The addresses of an area page: the page itself, and its autosave."""

from __future__ import annotations

from functools import partial
from typing import Any, assert_never
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import time_format
from django.views.decorators.http import require_POST

from brik.audit.reasons import Reason
from brik.mapping.pages.area import decision
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.pages.area.decision import AreaClash, AreaKept, InterviewTakenOver
from brik.mapping.pages.area.invalid_drafts import corrections_needed, wrong_fields
from brik.mapping.pages.area.submission import OpenedArea
from brik.mapping.pages.area.wizard import AreaWizard
from brik.mapping.pages.interview_lookup import demand_mapper, find, for_mappers
from brik.mapping.permissions import MappingPermission
from brik.mapping.record.refusals import MALFORMED, InterviewRefusal
from brik.pages import errors
from brik.pages.page_flow import PageRefused, Unavailable
from brik.pages.refusal import Refused
from brik.pages.refusal import record as record_refusal
from brik.pages.unsaved.page import never_held
from brik.staff.access import marked
from brik.staff.accounts import StaffRequest
from brik.staff.sign_in.hidden_screen import hide_keeping


def area(request: StaffRequest, mapping: UUID, step: str) -> HttpResponse:
    """One page of the interview."""
    if "hide" in request.POST:
        return hide_keeping(request, partial(_keep_changes, request, mapping, step))
    return _page(request, mapping, step)


def show_unsaved(request: StaffRequest, mapping: UUID, step: str) -> HttpResponse:
    """The page of a sent form that never reached its view: shown as it was typed, and not saved."""
    return _page(request, mapping, step, only_shown=True)


marked(area, permission=MappingPermission.INTERVIEW, show_unsaved=show_unsaved)


@never_held("answers the script of the page, which sends again by itself")
@for_mappers
@require_POST
def autosave(request: StaffRequest, mapping: UUID, step: str) -> JsonResponse:
    """Store a draft for the script of the page: answers the time and the new version, or why nothing was stored."""
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
        case PageRefused(refusal):
            record_refusal(request, refusal)
            status = 400 if refusal.why in MALFORMED else 409
            return JsonResponse({"error": str(refusal.why.label)}, status=status)
        case Unavailable():
            return JsonResponse({"error": "unavailable"}, status=503)
        case _:
            assert_never(outcome)


_NO_SUCH_AREA = PageRefused(Refused(InterviewRefusal.UNKNOWN_ANSWER))


def _marked(form: AreaForm) -> dict[str, Any]:
    """The error of each wrong field, in the language of the questions, and a sentence with their number."""
    wrong = wrong_fields(form)
    with translation.override(form.language):
        marks = [{"control": bound.focus_id, "id": bound.error_id, "text": bound.error_text} for bound in wrong]
    return {"wrong": marks, **({"note": corrections_needed(len(wrong))} if wrong else {})}


def _page(request: StaffRequest, mapping: UUID, step: str, *, only_shown: bool = False) -> HttpResponse:
    opened = _open(request, mapping, step)
    page = AreaWizard.as_view(
        form_list=[(area.code, AreaForm) for area in opened.questionnaire.pages],
        url_name="mapping:area",
        opened=opened,
        only_shown=only_shown,
    )
    response: HttpResponse = page(request, mapping=mapping, step=step)
    return response


def _keep_changes(request: StaffRequest, mapping: UUID, step: str) -> None:
    decision.keep_changes(_open(request, mapping, step), request.POST)


def _open(request: StaffRequest, mapping: UUID, step: str) -> OpenedArea:
    """Raises ``PermissionDenied`` or ``Http404`` where the user may not open the area."""
    demand_mapper(request)
    opened = OpenedArea.at(find(request.user, mapping), step, by=request.user)
    if opened is None:
        raise Http404
    return opened
