"""The talk: formtools' wizard over one sealed row. A GET writes only its read event, a POST one save."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.views.generic import View
from formtools.wizard.forms import ManagementForm
from formtools.wizard.views import NamedUrlWizardView, StepsHelper

from brik.audit import log
from brik.audit.verbs import Verb
from brik.mapping.pages.area import save_failure
from brik.staff.access import may
from brik.staff.models import Staff
from brik.staff.sign_in.hidden_screen import hide_keeping
from consent.models import Consent, Talk
from consent.permissions import ConsentPermission
from consent.record import steps
from consent.record.choices import NotReady
from consent.record.refusals import ConsentRefusal, Refused, Stale
from consent.talk import actions, gate
from consent.talk.actions import keep_typed
from consent.talk.forms.question_forms import FORMS
from consent.talk.forms.step_forms import NothingToAnswer, StepForm
from consent.talk.page_texts import screen
from consent.talk.refusal_pages import refused, stale
from consent.talk.signature import MAX_SCAN
from consent.talk.talk_context import TalkContext
from consent.talk.talk_storage import TalkStorage


class TalkWizard(NamedUrlWizardView):
    """One page for each step. Whoever composes the house extends :meth:`finish`."""

    # formtools wants a list before it knows the talk; each request gets the steps of its own.
    form_list: Any = [("step", NothingToAnswer)]
    context: TalkContext

    def finish(self, talk: Talk) -> Consent:
        """What happens when the last step is saved, in the same transaction."""
        return actions.finish(talk, by=self.staff)

    @property
    def staff(self) -> Staff:
        return self.request.user

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "hide" in request.POST:
            keep = partial(self._keep_typed, request, **kwargs)
            return hide_keeping(request, keep, unless=(Refused,), held=save_failure.held)
        self.talk = self._find(kwargs["talk"])
        if self.talk.consent_id:
            return redirect("consent:done", self.talk.consent_id)
        try:
            return self._open(request, kwargs["step"]) or View.dispatch(self, request, *args, **kwargs)  # type: ignore[return-value]
        except NotReady as missing:
            # A step must be answered first, or anew: nothing behind it is shown, and nothing is signed.
            return redirect(self.get_step_url(missing.step))
        except Refused as refusal:
            return refused(request, refusal, self.talk.person_id)
        except Stale:
            return stale(request, self.talk, reverse(self.url_name, args=[self.talk.pk, kwargs["step"]]))

    def _keep_typed(self, request: HttpRequest, talk: UUID, step: str) -> None:
        self.talk = self._find(talk)
        self._open(request, step)
        form = self.get_form(data=request.POST)
        # Whether we explained well enough is never stored.
        if step != steps.EXPLAINED and form.has_changed():
            sent = {name: request.POST.getlist(name) for name in request.POST if name.startswith(f"{step}-")}
            keep_typed(self.talk, step=step, typed=sent, by=self.staff)

    def _find(self, pk: UUID) -> Talk:
        if not may(self.staff, ConsentPermission.HOLD_TALK):
            raise PermissionDenied(ConsentPermission.HOLD_TALK)
        talks = Talk.objects.visible_to(self.staff).select_related("person__current_stay__unit")
        found = talks.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def _open(self, request: HttpRequest, step: str) -> HttpResponse | None:
        gate.demand_open(self.talk)
        self.context = TalkContext(self.talk, leader=self.staff.name)
        if step not in steps.ALL:
            raise Http404
        if step not in steps.open_steps(self.context.answers, self.context.way):
            if request.method == "POST":
                raise Refused(ConsentRefusal.CLOSED_STEP)
            return redirect(self.get_step_url(self.context.next_step))
        posted = request.POST.get("version", "")
        version = int(posted) if posted.isdecimal() and len(posted) < 9 else -1
        self.form_list = {name: FORMS[name] for name in self.context.way}
        self.prefix = "talk"
        self.storage = TalkStorage(self.context, step, version=version, request=request)
        self.steps = StepsHelper(self)
        return None

    # --- formtools asks ---

    def get_form_list(self) -> dict[str, type[StepForm]]:
        return {name: FORMS[name] for name in self.context.way}

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        step = step or self.steps.current
        kwargs: dict[str, Any] = {"talk": self.context, "step": step}
        if step == steps.SIGNATURE:
            # What is larger than we keep in memory never becomes a file; its size tells what to say.
            length = self.request.META.get("CONTENT_LENGTH") or "0"
            kwargs["too_big"] = length.isdecimal() and int(length) > MAX_SCAN
        return kwargs

    def get_form_initial(self, step: str) -> dict[str, Any]:
        answer = self.context.answer(step) or {}
        prepare = getattr(FORMS[step], "initial_of", dict)
        initial: dict[str, Any] = prepare(answer)
        return initial

    def get_step_url(self, step: str) -> str:
        return reverse(self.url_name, kwargs={"talk": self.talk.pk, "step": step})

    def get_template_names(self) -> list[str]:
        return ["consent/first.html" if self.steps.current == steps.LANGUAGE else "consent/step.html"]

    def process_step(self, form: StepForm) -> StepForm:
        return form

    def process_step_files(self, form: StepForm) -> None:
        return None

    def get_context_data(self, form: StepForm, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(form=form, **kwargs)
        before = self.get_prev_step()
        # How many steps there will be follows from where the person belongs and whether they want to be mapped: until
        # both are told, the most there can be. The short closing stands only where the rest falls away.
        known = steps.MAPPING in self.context.answers
        words = self.context.body["step" if known else "step_so_far"]
        total = self.steps.count if steps.LANGUAGE in self.context.answers else len(steps.ALL) - 1
        return context | {
            "talk": self.talk,
            "person": self.talk.person,
            "name": self.talk.person.name,
            "page_language": self.context.text.language,
            "body": self.context.body,
            "step": self.steps.current,
            "step_text": words.format(number=self.steps.step1, total=total),
            "left": form.is_bound and not form.errors,
            "answered": self.context.answer(self.steps.current) is not None,
            "number": self.steps.step1,
            "total": total,
            "languages": self.context.texts.values(),
            "version": self.talk.row_version,
            "text_version": self.context.text.version,
            "back": self.get_step_url(before) if before else "",
            "screen": screen(self.context, self.steps.current, url=self.get_step_url),
        }

    # --- Reading and saving ---

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(data=self.context.typed(self.steps.current))
        return self.render(form.as_left() if form.is_bound else form)

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        management = ManagementForm(self.request.POST, prefix=self.prefix)
        if not management.is_valid() or management.cleaned_data["current_step"] != self.steps.current:
            raise Refused(ConsentRefusal.CLOSED_STEP)
        if self.request.POST.get("text", self.context.text.version) != self.context.text.version:
            raise Stale  # what stood on the page is no longer what is said
        form = self.get_form(data=self.request.POST, files=self.request.FILES)
        if self.request.POST.get("again") == "show":
            return self.render(form.as_left())
        if not form.is_valid():
            return self.render(form)
        if "again" not in self.request.POST and (again := form.once_more()):
            return self.render(form, again=again)
        last = self.steps.current in (steps.SIGNATURE, steps.CLOSING)
        with transaction.atomic():
            self.storage.set_step_data(self.steps.current, self.process_step(form))
            self.talk = self.context.talk
            if last:
                return redirect("consent:done", self.finish(self.talk).pk)
        return redirect(self.get_step_url(self.get_next_step() or self.context.next_step))

    def render(self, form: StepForm | None = None, **kwargs: Any) -> HttpResponse:
        """The page, in the person's language, and the event of its being read, however it was asked for.

        422 when it comes back with something to correct.
        """
        form = form or self.get_form()
        first = self.steps.current == steps.LANGUAGE
        language = self.request.LANGUAGE_CODE if first else self.context.text.language
        response = super().render(form, **kwargs)
        with translation.override(language):
            response.render()
        log.record(
            Verb.CONSENT_TALK_READ,
            by=self.staff,
            subject=self.talk.person_id,
            obj=self.talk,
            about=self.steps.current,
        )
        if form.errors:
            self.request.refused_form = form
        return response
