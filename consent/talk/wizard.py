"""The pages of the talk: formtools serves the steps; each outcome of a sent page has one answer."""

from __future__ import annotations

from typing import Any, assert_never

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from brik.audit import log
from brik.audit.verbs import Verb
from brik.definitions.languages import Language
from brik.pages.page_flow import PageRefused, StepPage, Unavailable
from brik.staff.models import Staff
from consent.models import YES
from consent.record import steps
from consent.record.choices import NotReady
from consent.talk import actions, give_back
from consent.talk.decision import (
    Finish,
    StepMissing,
    StepSaved,
    StepShown,
    StepStale,
    TalkFinished,
    TalkOutcome,
    receive,
)
from consent.talk.forms.step_forms import NothingToAnswer, StepForm
from consent.talk.page_texts import beside, screen
from consent.talk.refusal_pages import refused, stale
from consent.talk.submission import FLOW, initial_of
from consent.talk.talk_context import TalkContext


class TalkWizard(StepPage):
    """One page for each step. A GET writes only the event of reading, a POST saves one step."""

    # formtools needs a list for the class; each request gives the steps of its own talk.
    form_list: Any = [("step", NothingToAnswer)]
    flow = FLOW
    context: TalkContext = None  # type: ignore[assignment]  # set for each request
    by: Staff = None  # type: ignore[assignment]  # set for each request
    finish: Finish = staticmethod(actions.finish)
    only_shown = False

    def typed(self) -> MultiValueDict | None:
        return self.context.typed(self.kwargs["step"])

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        return {"talk": self.context, "step": step or self.steps.current}

    def get_form_initial(self, step: str) -> dict[str, Any]:
        return initial_of(self.context, step)

    def get_template_names(self) -> list[str]:
        own = {steps.LANGUAGE: "consent/first.html", steps.TURN: "consent/turn.html"}
        return [own.get(self.steps.current, "consent/step.html")]

    def get_context_data(self, form: StepForm, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(form=form, **kwargs)
        talk, step, before = self.context, self.steps.current, self.get_prev_step()
        # The number of steps depends on the first answers. Until they are known, it is the largest possible: all but
        # the short closing, which replaces the others.
        known = any(step in talk.answers for step in (steps.MAPPING, steps.STANDING)) or talk.said_again is not None
        words = talk.body["step" if known else "step_so_far"]
        left = form.is_bound and not form.errors
        total = self.steps.count if known or steps.LANGUAGE in talk.answers else len(steps.ALL) - 1
        return context | {
            "talk": talk.talk,
            "person": talk.talk.person,
            "name": talk.talk.person.name,
            "page_language": Language.BOKMAAL if step == steps.TURN else talk.text.language,
            "body": talk.body,
            "step": step,
            "step_text": words.format(number=self.steps.step1, total=total),
            "left": left,
            "without_file": left and form.waits_for_file,
            "answered": talk.answer(step) is not None,
            "number": self.steps.step1,
            "total": total,
            "languages": talk.texts.values(),
            # The version the page has seen: a page that is shown again unsaved has not seen a newer one.
            "version": kwargs.get("version", talk.talk.row_version),
            "text_version": talk.version,
            "signs": step in steps.SIGNED,
            "back": self.get_step_url(before) if before else "",
            "screen": screen(talk, step, url=self.get_step_url),
            "beside": beside(talk, step, url=self.get_step_url),
        }

    def render(self, form: StepForm, **shown: Any) -> HttpResponse:
        """The page in the person's language, and the event of reading it.

        The status is 422 when there are errors. What was typed before the screen was hidden is not checked.
        """
        if self.request.method != "POST" and form.is_bound:
            form = form.without_errors()
        try:
            response: TemplateResponse = super().render(form, **shown)
        except NotReady as missing:
            return redirect(self.get_step_url(missing.step))
        for_staff = self.steps.current in (steps.LANGUAGE, steps.TURN)
        with translation.override(self.request.LANGUAGE_CODE if for_staff else self.context.text.language):
            response.render()
        talk = self.context.talk
        log.record(Verb.CONSENT_TALK_READ, by=self.by, subject=talk.person_id, obj=talk, about=self.steps.current)
        if form.errors:
            self.request.refused_form = form
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        step = self.storage.current_step = kwargs["step"]
        return self._answer(
            receive(self.context, step, request, finish=self.finish, by=self.by, only_shown=self.only_shown)
        )

    def _answer(self, outcome: TalkOutcome) -> HttpResponse:
        match outcome:
            case StepSaved(step) | StepMissing(step):
                return redirect(self.get_step_url(step))
            case TalkFinished(consent) if consent.outcome in YES:
                give_back.begin(self.request, consent)
                return redirect("consent:done", consent.pk)
            case TalkFinished(consent):
                # The page that was sent was the person's last one.
                return give_back.give_back(self.request, consent, leader=self.by)
            case StepShown(submission, again):
                form = submission.form.without_errors() if submission.only_shown else submission.form
                return self.render(form, again=again, version=submission.version)
            case StepStale(submission):
                return stale(self.request, self.context, submission)
            case PageRefused(refusal):
                return refused(self.request, refusal, self.context, self.steps.current)
            case Unavailable():
                return self.unavailable()
            case _:
                assert_never(outcome)
