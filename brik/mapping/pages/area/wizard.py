"""The area pages: formtools serves the steps; each outcome of a sent page has one answer."""

from __future__ import annotations

from functools import partial
from typing import Any, assert_never
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.mapping.models import InterviewState
from brik.mapping.pages.area import conflicts
from brik.mapping.pages.area.area_blocks import blocks
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.pages.area.decision import (
    AreaClash,
    AreaForged,
    AreaKept,
    AreaOutcome,
    AreaSaved,
    AreaShown,
    HelpNeeded,
    InterviewTakenOver,
    SentOutcome,
    receive,
)
from brik.mapping.pages.area.submission import CHANGED, FLOW, AreaSubmission, OpenedArea, Then
from brik.mapping.pages.area.takeover_page import takeover_page
from brik.mapping.pages.immediate_help import help_page
from brik.mapping.pages.interview_lookup import refused
from brik.mapping.pages.known.known_facts import known_facts
from brik.mapping.pages.progress import progress
from brik.mapping.pages.short_way import steps_on_the_way
from brik.mapping.questionnaire.labels import WHY_TITLE
from brik.pages import errors
from brik.pages.page_flow import PageRefused, StepPage, Unavailable
from brik.pages.refusal import record as record_refusal
from brik.pages.unsaved.own_words import as_own_words
from brik.pages.unsaved.page import carried

# Asks for the page with the answers of the interview before, to change them.
CHANGES = "endret"


class AreaWizard(StepPage):
    """One page for each life area, in any order; finishing the interview is another action."""

    # formtools needs a list for the class; each request gives the areas of its own questionnaire.
    form_list = [("area", AreaForm)]
    flow = FLOW
    template_name = "mapping/area.html"
    opened: OpenedArea = None  # type: ignore[assignment]  # set for each request
    only_shown = False

    # --- The page ---

    def typed(self) -> MultiValueDict | None:
        return self.opened.typed

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        return self.opened.form_arguments

    def get_context_data(self, form: AreaForm, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(form=form, **kwargs)
        opened, language = self.opened, self.opened.mapping.language
        steps, said = progress(opened.mapping, opened.questionnaire, opened.area)
        _, following = self._neighbours(said)
        stored_version = opened.section.row_version if opened.section else 0
        return context | {
            "mapping": opened.mapping,
            "area": opened.area,
            "area_blocks": partial(
                blocks,
                form,
                known=known_facts(opened.mapping, opened.area, by=opened.by),
                put_in=opened.earlier.known,
            ),
            "earlier": opened.earlier,
            "before": opened.earlier.in_words(language),
            "changes": opened.earlier.section is not None or CHANGED in self.request.POST,
            "graded": opened.mapping.person.address_graded,
            "title": opened.area.title[language],
            "intro": opened.area.intro[language],
            "why_title": WHY_TITLE[language],
            "why": opened.area.why[language],
            "progress": steps,
            "short": opened.area == opened.questionnaire.short,
            "number": self.steps.step1,
            "total": self.steps.count,
            # The version the officer has seen: a page that is shown again unsaved has not seen a newer one.
            "version": kwargs.get("version", stored_version),
            "page": kwargs.get("page") or uuid4(),
            "section": opened.section,
            "kept": bool(opened.typed),
            "following": opened.questionnaire.area(following).title[language] if following else "",
        }

    def render(self, form: AreaForm | None = None, *, status: int = 200, **shown: Any) -> TemplateResponse:
        """The page with its status: errors of a stored draft do not make it 422."""
        response: TemplateResponse = super().render(form, **shown)
        response.status_code = status
        response.add_post_render_callback(lambda _: setattr(self.request, "refused_form", None))
        return response

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        mapping = self.opened.mapping
        if mapping.state != InterviewState.DRAFT or mapping.mapper_id != self.opened.by.pk:
            return redirect("mapping:hub", mapping=mapping.pk)
        if self.opened.earlier.section is not None and CHANGES not in request.GET:
            self.template_name = "mapping/still_right.html"
        self._note(Verb.SECTION_READ)
        return super().get(request, *args, **kwargs)

    def _note(self, verb: Verb) -> None:
        mapping, section = self.opened.mapping, self.opened.section
        obj = section or mapping
        log.record(verb, by=self.opened.by, subject=mapping.person_id, obj=obj, about=self.opened.area.code)
        if (earlier := self.opened.earlier.section) is not None:
            log.record(verb, by=self.opened.by, subject=mapping.person_id, obj=earlier, about=self.opened.area.code)

    # --- What was sent ---

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.storage.current_step = self.opened.area.code
        return self._answer(receive(self.opened, request.POST, only_shown=self.only_shown))

    def _answer(self, outcome: AreaOutcome) -> HttpResponse:
        match outcome:
            case AreaSaved(then, asks_more):
                return redirect(self.get_step_url(self.opened.area.code) if asks_more else self._address_after(then))
            case AreaKept(submission, section):
                return self._show_again(submission, version=section.row_version, status=422)
            case AreaForged(submission):
                return self._show_forged(submission)
            case AreaShown(submission, notice):
                return self._show_again(submission, notice=notice)
            case AreaClash():
                return self._show_both(outcome)
            case InterviewTakenOver(submission, mapping):
                return takeover_page(self.request, submission.form, mapping)
            case HelpNeeded(unhelped):
                return self._help(unhelped)
            case PageRefused(refusal):
                return refused(self.request, refusal, self.opened.mapping.pk)
            case Unavailable():
                return self.unavailable()
            case _:
                assert_never(outcome)

    def _show_again(self, submission: AreaSubmission, **shown: Any) -> HttpResponse:
        if submission.only_shown:
            self._note(Verb.SECTION_READ)
        page = self.render(submission.form, **{"page": submission.page, "version": submission.version, **shown})
        # A colleague has the interview: what was typed is the user's own still, and the address leads elsewhere.
        return page if self.opened.mapping.mapper_id == self.opened.by.pk else as_own_words(page)

    def _show_forged(self, submission: AreaSubmission) -> HttpResponse:
        subject = self.opened.mapping.person_id
        log.record(Verb.BAD_REQUEST, by=self.opened.by, subject=subject, reason=Reason.FORGED_CHOICE)
        return self._show_again(submission, status=400)

    def _show_both(self, clash: AreaClash) -> HttpResponse:
        self._note(Verb.SECTION_READ)
        errors.record(self.request, 409, reason=Reason.CLASH)
        shown = conflicts.both_versions(self.opened, clash.submission, choices=clash.choices, unchosen=clash.unchosen)
        return render(self.request, "mapping/conflict.html", shown, status=409)

    def _help(self, outcome: SentOutcome) -> HttpResponse:
        """The page about help; it holds what could not be saved."""
        mapping, area = self.opened.mapping, self.opened.area
        match outcome:
            case AreaSaved() | AreaKept():
                return redirect("mapping:help", mapping=mapping.pk, step=area.code)
            case PageRefused(refusal):
                record_refusal(self.request, refusal)
                return help_page(self.request, mapping, area)
            case AreaClash() | InterviewTakenOver():
                errors.record(
                    self.request, 409, reason=Reason.CLASH if isinstance(outcome, AreaClash) else Reason.TAKEN_OVER
                )
            case AreaForged() | AreaShown():
                pass
            case Unavailable():
                return self.unavailable()
            case _:
                assert_never(outcome)
        return help_page(self.request, mapping, area, carried=carried(self.request))

    def _neighbours(self, said: dict[str, str]) -> tuple[str, str]:
        """The areas before and after this one on the way that the short form gives; empty where there is none."""
        pages = [area.code for area in self.opened.questionnaire.pages]
        here, way = pages.index(self.opened.area.code), steps_on_the_way(self.opened.questionnaire, said)
        before = [code for code in way if pages.index(code) < here]
        after = [code for code in way if pages.index(code) > here]
        return (before or [""])[-1], (after or [""])[0]

    def _address_after(self, then: Then) -> str:
        mapping = {"mapping": self.opened.mapping.pk}
        if then == Then.LATER:
            return reverse("mapping:hub", kwargs=mapping) + "?lagret"
        before, following = self._neighbours(self.opened.said)
        if then == Then.BACK:
            return self.get_step_url(before) if before else reverse("mapping:hub", kwargs=mapping)
        return self.get_step_url(following) if following else reverse("mapping:check", kwargs=mapping)
