"""The page of insight for one person, and the same as a paper and as data."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages.unsaved.typed_words import types_in
from brik.people.models import Person
from brik.staff.access import found_or_404, permission_required
from brik.staff.accounts import Staff, StaffRequest
from followup.desk.permissions import DeskPermission
from followup.desk.privacy import case_lines, opened_rows
from followup.desk.privacy import search as privacy
from followup.desk.privacy.forms import ExtractForm, ExtractShape
from followup.insight.extract import extract_paper
from followup.insight.extract.extract_line import ExtractSection
from followup.insight.extract.walk import extract_about

WARNING = _("Alt er åpnet, også svarene. At du leser det, og hvorfor, er notert.")


@require_http_methods(["GET", "POST"])
@permission_required(DeskPermission.EXTRACT)
@types_in(ExtractForm)
def extract(request: StaffRequest, person: UUID) -> HttpResponse:
    """What is kept about one person. Words of answers and signed documents are opened by a POST, which says why."""
    someone = found_or_404(privacy.people(request.user), person)
    form = ExtractForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        shape, why = ExtractShape(form.cleaned_data["shape"]), form.cleaned_data["reason"]
        _note_opened(someone, why, by=request.user, printed=shape is not ExtractShape.SCREEN)
        sections = _sections(someone, whole=True)
        if shape is not ExtractShape.SCREEN:
            return _file(sections, shape)
        return render(request, "desk/extract.html", {"person": someone, "sections": sections, "warning": WARNING})
    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone, reason=Reason.EXTRACT)
    shown = {"person": someone, "sections": _sections(someone, whole=False), "form": form}
    return render(request, "desk/extract.html", shown)


def _sections(person: Person, *, whole: bool) -> list[ExtractSection]:
    return extract_about(person, whole=whole, more=[case_lines.section(person)])


def _note_opened(person: Person, why: str, *, by: Staff, printed: bool) -> None:
    """An event of the extract, one of each interview and one of each consent that is opened, each with the reason."""
    log.record(Verb.PERSON_READ, by=by, subject=person.pk, obj=person, reason=Reason.EXTRACT, stated=why)
    interview, consent = Verb.MAPPING_READ, Verb.CONSENT_READ
    if printed:
        interview, consent = Verb.MAPPING_PRINTED, Verb.CONSENT_PRINTED
    for mapping in opened_rows.opened_interviews(by, person):
        log.record(interview, by=by, subject=person.pk, obj=mapping, reason=Reason.EXTRACT, stated=why)
    for signed in opened_rows.opened_consents(by, person):
        log.record(consent, by=by, subject=person.pk, obj=signed, reason=Reason.EXTRACT, stated=why)


def _file(sections: list[ExtractSection], shape: ExtractShape) -> HttpResponse:
    if shape is ExtractShape.PAPER:
        response = HttpResponse(extract_paper.as_paper(sections), content_type="application/pdf")
        name = extract_paper.PAPER_NAME
    else:
        response = HttpResponse(extract_paper.as_data(sections), content_type="application/json")
        name = extract_paper.DATA_NAME
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
