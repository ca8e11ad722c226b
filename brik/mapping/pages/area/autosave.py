"""Autosave: keeps what has been typed so far and says honestly what of it does not hold yet. Never counts as done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse, QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import time_format
from django.views.decorators.http import require_POST

from brik.mapping.models import Mapping, Section
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.pages.area.invalid_drafts import say, wrong_fields
from brik.mapping.pages.interview_lookup import MALFORMED, find, for_mappers, note
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.structure import Area
from brik.mapping.record import sections
from brik.mapping.record.refusals import Clash, InterviewRefusal, Refused, TakenOver
from brik.pages import errors
from brik.pages.unsaved.page import never_held


def page_version(posted: QueryDict) -> int:
    """The row version the page showed. Raises ``Refused`` for anything a page of ours does not send."""
    text = posted.get("version") or ""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Refused(InterviewRefusal.UNKNOWN_ANSWER)
    return int(text)


def page_id(posted: QueryDict) -> UUID:
    """Which opened page this is. Raises ``Refused`` for anything a page of ours does not send."""
    try:
        return UUID(posted.get("page") or "")
    except ValueError:
        raise Refused(InterviewRefusal.UNKNOWN_ANSWER) from None


def keep_draft(mapping: Mapping, area: Area, form: AreaForm, request: HttpRequest) -> Section:
    """Keep the answers that stand, and the whole page as typed while something in it does not.

    Raises:
        Clash, Refused, TakenOver: as :func:`brik.mapping.record.actions.draft_section`.
    """
    if form.unknown_names or (not form.is_valid() and form.forged):
        raise Refused(InterviewRefusal.UNKNOWN_ANSWER)
    return sections.draft_section(
        mapping,
        area=area.code,
        answers=form.answers(),
        unfinished=None if form.is_valid() else form.typed,
        version=page_version(request.POST),
        saved_from=page_id(request.POST),
        language=mapping.language,
        by=request.user,  # type: ignore[arg-type]
    )


@never_held("answers the page's script, which sends again by itself")
@for_mappers
@require_POST
def autosave(request: HttpRequest, mapping: UUID, step: str) -> JsonResponse:
    """Answer the page's own script: the time and the new version, or why nothing was kept."""
    held = find(request.user, mapping)  # type: ignore[arg-type]
    questionnaire = catalogue.get(held.kind, held.form_version)
    try:
        area = next((area for area in questionnaire.areas if area.code == step), None)
        if area is None:
            raise Refused(InterviewRefusal.UNKNOWN_ANSWER)
        stored = held.sections.filter(area=step).first()
        kept = stored.answers.open()["answers"] if stored else {}
        form = AreaForm(
            request.POST, prefix=step, area=area, language=held.language, sources=held.sources.open(), kept=kept
        )
        section = keep_draft(held, area, form, request)
    except (Clash, TakenOver) as other:
        errors.record(request, 409, reason=type(other).__name__)
        return JsonResponse({"error": "clash"}, status=409)
    except Refused as refusal:
        note(request, refusal)
        status = 400 if refusal.why in MALFORMED else 409
        return JsonResponse({"error": str(refusal.why.label)}, status=status)
    answer: dict[str, Any] = {
        "version": section.row_version,
        "at": time_format(timezone.localtime(section.updated_at), "H.i"),
    }
    if wrong := wrong_fields(form):
        answer["note"] = say(len(wrong))
    # In the language of the questions, as on the page itself.
    with translation.override(held.language):
        answer["wrong"] = [
            {"control": bound.focus_id, "id": bound.error_id, "text": bound.error_text} for bound in wrong
        ]
    if form.asks_for_help:
        answer["open"] = reverse("mapping:help", kwargs={"mapping": held.pk, "step": step})
    return JsonResponse(answer)
