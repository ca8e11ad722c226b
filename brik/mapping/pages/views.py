"""The pages around the interview: hub, check, sign-off, reading, correcting, comparing, printing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.mapping.models import InterviewState, Mapping
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.pages.closing_questions import closing_form
from brik.mapping.pages.immediate_help import ReachedForm, help_page
from brik.mapping.pages.interview_forms import BeginForm, ReasonForm
from brik.mapping.pages.interview_lookup import find, for_mappers
from brik.mapping.pages.known.earlier_answers import has_earlier
from brik.mapping.pages.progress import tasks
from brik.mapping.permissions import MappingPermission
from brik.mapping.questionnaire import catalogue
from brik.mapping.record import actions, reading
from brik.mapping.record.published_forms import usable_languages
from brik.mapping.record.refusals import InterviewRefusal
from brik.mapping.record.states import SIGNED_OFF
from brik.mapping.voluntariness import answer_counts
from brik.pages import errors
from brik.pages import refusal as refusals
from brik.pages.refusal import Refused
from brik.pages.unsaved.typed_words import types_in
from brik.staff.access import may
from brik.staff.accounts import StaffRequest


def _note(verb: Verb, request: StaffRequest, mapping: Mapping, *, stated: str = "") -> None:
    reason = Reason.PLACES if _places(request) else ""
    log.record(verb, by=request.user, subject=mapping.person_id, obj=mapping, reason=reason, stated=stated)


def _places(request: StaffRequest) -> bool:
    """Whether the reader has asked to see a graded address on this page."""
    return "sted" in request.GET


def _languages(mapping: Mapping) -> tuple[str, ...]:
    """The languages it can be begun in, or go on in; a refusal where there are none."""
    begun = mapping.state == InterviewState.DRAFT
    languages = usable_languages(catalogue.get(mapping.kind, mapping.form_version if begun else None))
    if not languages and not begun:
        raise Refused(InterviewRefusal.FORM_NOT_APPROVED)
    return languages


def _signed_off(request: StaffRequest, pk: UUID) -> Mapping:
    """A signed-off interview: only these can be corrected, renewed or compared. Raises ``Refused``."""
    return _demand_signed_off(find(request.user, pk))


def _demand_signed_off(mapping: Mapping) -> Mapping:
    if mapping.state not in SIGNED_OFF:
        why = {
            InterviewState.RESTRICTED: InterviewRefusal.RESTRICTED,
            InterviewState.READY: InterviewRefusal.NOT_SIGNED_OFF,
            InterviewState.DRAFT: InterviewRefusal.NOT_SIGNED_OFF,
        }
        raise Refused(why.get(InterviewState(mapping.state), InterviewRefusal.ENDED))
    return mapping


@for_mappers
@require_GET
def hub(request: StaffRequest, mapping: UUID) -> HttpResponse:
    """The list of areas with their states; before the interview begins, the page that begins it."""
    interview = find(request.user, mapping)
    if interview.state in SIGNED_OFF:
        return redirect("mapping:read", mapping=interview.pk)
    _note(Verb.MAPPING_READ, request, interview)
    if interview.state == InterviewState.READY:
        form = BeginForm(languages=_languages(interview), initial={"language": interview.language})
        return render(request, "mapping/begin.html", {"mapping": interview, "form": form})
    if interview.state != InterviewState.DRAFT:
        return render(request, "mapping/ended.html", {"mapping": interview}, status=403)
    context = {
        "mapping": interview,
        "mine": interview.mapper_id == request.user.pk,
        "note": "saved" if "lagret" in request.GET else "taken_over" if "overtatt" in request.GET else "",
        "language_form": BeginForm(languages=_languages(interview), initial={"language": interview.language}),
        "renews": has_earlier(interview, by=request.user),
        **tasks(interview),
    }
    return render(request, "mapping/hub.html", context)


@for_mappers
@require_POST
def begin(request: StaffRequest, mapping: UUID) -> HttpResponse:
    """Begin in the chosen language; while the interview goes on, change it."""
    interview = find(request.user, mapping)
    form = BeginForm(request.POST, languages=_languages(interview))
    if not form.is_valid():
        _note(Verb.MAPPING_READ, request, interview)
        return render(request, "mapping/begin.html", {"mapping": interview, "form": form})
    language = form.cleaned_data["language"]
    if interview.state == InterviewState.DRAFT:
        actions.choose_language(interview, language=language, by=request.user)
    else:
        actions.begin(interview, language=language, by=request.user)
    return redirect("mapping:hub", mapping=interview.pk)


@for_mappers
@require_POST
def take_over(request: StaffRequest, mapping: UUID) -> HttpResponse:
    """Take over the interview from a colleague."""
    interview = actions.take_over(find(request.user, mapping), by=request.user)
    return redirect(reverse("mapping:hub", kwargs={"mapping": interview.pk}) + "?overtatt")


@for_mappers
@require_http_methods(["GET", "POST"])
def help_now(request: StaffRequest, mapping: UUID, step: str) -> HttpResponse:
    """Whom to telephone when somebody needs somebody to talk to now; a POST notes who was reached."""
    interview = find(request.user, mapping)
    areas = {area.code: area for area in catalogue.get(interview.kind, interview.form_version).pages}
    if step not in areas:
        raise Http404
    if request.method != "POST":
        return help_page(request, interview, areas[step])
    form = ReachedForm(request.POST)
    if not form.is_valid():
        return help_page(request, interview, areas[step], form=form)
    actions.note_help(interview, contact=form.contact, at=form.moment, by=request.user)
    return redirect(reverse("mapping:help", kwargs={"mapping": interview.pk, "step": step}) + "?notert")


@for_mappers
@require_GET
def check(request: StaffRequest, mapping: UUID) -> HttpResponse:
    """All answers so far, to be read aloud, with a link to change each area."""
    interview = find(request.user, mapping)
    if interview.state != InterviewState.DRAFT:
        return redirect("mapping:hub", mapping=interview.pk)
    return _check_page(request, interview)


def _check_page(
    request: StaffRequest, interview: Mapping, *, closing: AreaForm | None = None, status: int = 200
) -> HttpResponse:
    _note(Verb.MAPPING_READ, request, interview)
    areas = tasks(interview)
    form = closing or closing_form(interview)
    context = {
        "mapping": interview,
        **reading.by_whether_asked(
            interview, language=interview.language, places=_places(request), without=form.area.code if form else ""
        ),
        "closing": form,
        "mine": interview.mapper_id == request.user.pk,
        "unfinished": [task for task in areas["tasks"] if task["unfinished"]],
        "waiting": areas["waiting"],
        "grade_missing": areas["grade_missing"],
        "refused": status != 200,
    }
    return render(request, "mapping/check.html", context, status=status)


@for_mappers
@require_POST
def sign_off(request: StaffRequest, mapping: UUID) -> HttpResponse:
    """Make it final. Uncorrected words are left out only for the areas that the sent page lists."""
    interview = find(request.user, mapping)
    closing = closing_form(interview, request.POST)
    if closing is not None and not closing.is_valid():
        return errors.bad_request(request, ValueError("an answer that the page does not offer"))
    try:
        actions.sign_off(
            interview,
            without=request.POST.getlist("without"),
            closing=closing.answers() if closing is not None else {},
            by=request.user,
        )
    except Refused as refusal:
        if refusal.why is InterviewRefusal.TAKEN_OVER:
            return redirect("mapping:hub", mapping=interview.pk)
        if refusal.why is not InterviewRefusal.UNCORRECTED:
            raise
        refusals.record(request, refusal)
        return _check_page(request, interview, closing=closing, status=409)
    return redirect("mapping:read", mapping=interview.pk)


@require_http_methods(["GET", "POST"])
@types_in(ReasonForm)
def read(request: StaffRequest, mapping: UUID) -> HttpResponse:
    """A signed-off interview. A restricted one opens only for the privacy desk, with a reason."""
    if may(request.user, MappingPermission.READ_RESTRICTED):
        return _read_restricted(request, mapping)
    return _read(request, mapping=mapping)


@for_mappers
@require_GET
def _read(request: StaffRequest, mapping: UUID) -> HttpResponse:
    interview = find(request.user, mapping)
    if interview.state not in SIGNED_OFF:
        return redirect("mapping:hub", mapping=interview.pk)
    _note(Verb.MAPPING_READ, request, interview)
    shown = _as_read(interview, places=_places(request))
    return render(request, "mapping/read.html", shown | {"asks_voluntariness": answer_counts.is_asked(interview)})


def _read_restricted(request: StaffRequest, pk: UUID) -> HttpResponse:
    interview = find(request.user, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _note(Verb.MAPPING_READ, request, interview, stated=form.cleaned_data["reason"])
        return render(request, "mapping/read.html", _as_read(interview) | {"for_privacy": True})
    return render(request, "mapping/restricted.html", {"mapping": interview, "form": form})


def _as_read(interview: Mapping, *, places: bool = False) -> dict[str, Any]:
    return {
        "mapping": interview,
        **reading.by_whether_asked(interview, places=places),
        "earlier": reading.earlier(interview),
        "newer": interview.corrections.filter(state__in=SIGNED_OFF).first(),
        "gate_is_open": interview.state == InterviewState.FINAL and interview.gate_open,
    }


@for_mappers
@require_http_methods(["GET", "POST"])
@types_in(ReasonForm)
def correct(request: StaffRequest, mapping: UUID) -> HttpResponse:
    """Say why, and begin a new version with the same answers."""
    interview = _signed_off(request, mapping)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            new = actions.correct(interview, reason=form.cleaned_data["reason"], by=request.user)
        except Refused as refusal:
            # The typed reason stays on the page: it may be possible later.
            refusals.record(request, refusal)
            form.add_error(None, refusal.sentence)
        else:
            return redirect("mapping:hub", mapping=new.pk)
    _note(Verb.MAPPING_READ, request, interview)
    stands_against = form.is_bound and bool(form.non_field_errors())
    context = {"mapping": interview, "form": form}
    return render(request, "mapping/correct.html", context, status=409 if stands_against else 200)


@for_mappers
@require_POST
def renew(request: StaffRequest, mapping: UUID) -> HttpResponse:
    """Make a new interview ready after this one."""
    new = actions.renew(_signed_off(request, mapping), by=request.user)
    return redirect("mapping:hub", mapping=new.pk)


@for_mappers
@require_GET
def compare(request: StaffRequest, mapping: UUID) -> HttpResponse:
    """An earlier interview and this one, question by question."""
    now = _signed_off(request, mapping)
    then = reading.earlier(now)
    if then is None:
        raise Http404
    for interview in (then, now):
        _note(Verb.MAPPING_READ, request, interview)
    context = {"mapping": now, "then": then, "areas": reading.compare(then, now)}
    return render(request, "mapping/compare.html", context)


@for_mappers
@require_GET
def printed(request: StaffRequest, mapping: UUID) -> HttpResponse:
    """The interview as a tagged PDF; with ``?eget``, in the language the questions were asked in.

    One that goes on is printed by who holds it, for the person it was read back to; the paper says it is not finished.
    """
    interview = find(request.user, mapping)
    if interview.state != InterviewState.DRAFT or interview.mapper_id != request.user.pk:
        _demand_signed_off(interview)
    _note(Verb.MAPPING_PRINTED, request, interview)
    language = interview.language if "eget" in request.GET else "nb"
    response = HttpResponse(reading.as_pdf(interview, language=language), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="kartlegging.pdf"'
    return response
