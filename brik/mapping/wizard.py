"""The area pages: formtools' wizard over sealed sections. A GET writes its read event, a POST one saved section."""

from __future__ import annotations

from functools import partial
from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib.auth.views import redirect_to_login
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import View
from formtools.wizard.forms import ManagementForm
from formtools.wizard.views import NamedUrlWizardView, StepsHelper

from brik.audit import log
from brik.audit.verbs import Verb
from brik.mapping import actions, conflicts, questions, unsaved
from brik.mapping.drafts import keep_draft, page_id, page_version
from brik.mapping.finding import demand_mapper, find, note, refused
from brik.mapping.forms import AreaForm
from brik.mapping.hub import progress
from brik.mapping.immediate_help import help_page
from brik.mapping.models import AreaState, Language, Mapping, State
from brik.mapping.naming import RIGHT_TO_LEFT, WHY_TITLE
from brik.mapping.refusals import Clash, Refused, TakenOver, Why
from brik.mapping.storage import SectionStorage, Step
from brik.people.hiding import hide_keeping

BACK, LATER, DECLINE = "back", "later", "decline"


class AreaWizard(NamedUrlWizardView):
    """One page for each life area, in any order; finishing the interview is another action."""

    # formtools wants a list before it knows the interview; each request gets that of its own questionnaire.
    form_list = [("area", AreaForm)]
    template_name = "mapping/area.html"
    # Shows what was typed and saves nothing: for a page whose origin could not be proved.
    show_only = False
    mapping: Mapping
    _sent: AreaForm | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.method == "POST":
                return unsaved.signed_out(request)
            return redirect_to_login(request.get_full_path())
        try:
            if "hide" in request.POST and not self.show_only:
                keep = partial(self._keep_what_is_new, request, **kwargs)
                return hide_keeping(request, keep, unless=(Refused, Clash, TakenOver), held=unsaved.hidden)
            demand_mapper(request)
            self._open(request, kwargs["mapping"], kwargs["step"])
            return cast(HttpResponse, View.dispatch(self, request, *args, **kwargs))
        except Refused as refusal:
            return refused(request, refusal, kwargs["mapping"])
        except (OperationalError, InterfaceError):
            if request.method != "POST":
                raise
            return unsaved.database_down(request)

    def _keep_what_is_new(self, request: HttpRequest, mapping: UUID, step: str) -> None:
        demand_mapper(request)
        self._open(request, mapping, step)
        form = self.get_form(data=request.POST)
        if not form.is_valid() or conflicts.differing(self.area, form.answers(), self.storage.content["answers"]):
            self._keep_typed(form)

    def _open(self, request: HttpRequest, pk: UUID, step: str) -> None:
        self.mapping = find(request.user, pk)  # type: ignore[arg-type]
        self.questionnaire = questions.get(self.mapping.kind, self.mapping.form_version)
        self.form_list = {area.code: AreaForm for area in self.questionnaire.areas}  # type: ignore[assignment]
        if step not in self.form_list:
            raise Http404
        self.area = self.questionnaire.area(step)
        self.prefix = "interview"
        self.storage = SectionStorage(self.mapping, step, request=request)
        self.steps = StepsHelper(self)

    # --- formtools asks ---

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        return {
            "area": self.questionnaire.area(step or self.steps.current),
            "language": self.mapping.language,
            "sources": self.mapping.sources.open(),
            "kept": self.storage.content["answers"],
        }

    def get_form(self, step: str | None = None, data: Any = None, files: Any = None) -> AreaForm:
        """As formtools makes it; what was sent is judged once a request."""
        if data is not self.request.POST:
            return super().get_form(step, data, files)
        if self._sent is None:
            self._sent = super().get_form(step, data, files)
        return self._sent

    def get_step_url(self, step: str) -> str:
        return reverse("mapping:area", kwargs={"mapping": self.mapping.pk, "step": step})

    def process_step(self, form: AreaForm) -> Step:
        posted = self.request.POST
        return Step(
            answers=conflicts.merged(form, self.storage.content["answers"], posted),
            state=AreaState.STARTED if posted.get("then") in {LATER, BACK} else AreaState.DONE,
            version=page_version(posted),
            page=page_id(posted),
            language=self.mapping.language,
        )

    def get_context_data(self, form: AreaForm, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(form=form, **kwargs)
        following = self.get_next_step()
        return context | {
            "mapping": self.mapping,
            "area": self.area,
            "title": self.area.title[self.mapping.language],
            "intro": self.area.intro[self.mapping.language],
            "why_title": WHY_TITLE[Language(self.mapping.language)],
            "why": self.area.why[self.mapping.language],
            "progress": progress(self.mapping, self.questionnaire, self.area),
            "number": self.steps.step1,
            "total": self.steps.count,
            "version": self.storage.section.row_version if self.storage.section else 0,
            "page": self.request.POST.get("page") or uuid4(),
            "section": self.storage.section,
            "kept": bool(self.storage.content.get("unfinished")),
            "following": self.questionnaire.area(following).title[self.mapping.language] if following else "",
            "rtl": self.mapping.language in RIGHT_TO_LEFT,
        }

    # --- Reading ---

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.mapping.state != State.DRAFT or self.mapping.mapper_id != self.request.user.pk:
            return redirect("mapping:hub", mapping=self.mapping.pk)
        self._note_reading()
        return super().get(*args, **kwargs)

    def _note_reading(self) -> None:
        obj = self.storage.section or self.mapping
        log.record(
            Verb.SECTION_READ, by=self.request.user, subject=self.mapping.person_id, obj=obj, reason=self.area.code
        )

    # --- Saving ---

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        posted = self.request.POST
        management = ManagementForm(posted, prefix=self.prefix)
        if not management.is_valid() or management.cleaned_data["current_step"] != self.area.code:
            raise Refused(Why.UNKNOWN_ANSWER)
        form = self.get_form(data=posted)
        if form.unknown_names:
            raise Refused(Why.UNKNOWN_ANSWER)
        if self.show_only or posted.get("again") == "show":
            self._note_reading()
            return self.render(form, notice="again", status=200)
        if form.asks_for_help:
            return self._save_and_help(form, *args, **kwargs)
        return self._save(form, *args, **kwargs)

    def _save(self, form: AreaForm, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if self.request.POST.get("take_over"):
                self.mapping = actions.take_over(self.mapping, by=self.request.user)
            if self.request.POST.get("then") == DECLINE:
                return self._decline(form)
            if not self.request.POST.get("merge") and not form.is_valid() and not form.forged:
                self._keep_typed(form)
            return super().post(*args, **kwargs)
        except Clash as clash:
            self._note_reading()
            return conflicts.page(self.request, form, clash.section, self.mapping)
        except conflicts.Unchosen:
            self._note_reading()
            return conflicts.page(self.request, form, self.storage.section, self.mapping, unchosen=True)  # type: ignore[arg-type]
        except TakenOver as taken:
            return unsaved.taken_over(self.request, form, taken.mapping)

    def _save_and_help(self, form: AreaForm, *args: Any, **kwargs: Any) -> HttpResponse:
        """Somebody needs somebody to talk to: that page comes first, whatever becomes of the saving."""
        try:
            answer = self._save(form, *args, **kwargs)
        except Refused as refusal:
            note(self.request, refusal)
            return help_page(self.request, self.mapping, self.area)
        kept = answer.status_code == 302 or (answer.status_code == 422 and not self.request.POST.get("merge"))
        if kept:
            return redirect("mapping:help", mapping=self.mapping.pk, step=self.area.code)
        return help_page(self.request, self.mapping, self.area, carried=unsaved.carried(self.request))

    def _keep_typed(self, form: AreaForm) -> None:
        """What does not hold yet is kept as typed, wherever the officer goes from here."""
        self.storage.now_holds(keep_draft(self.mapping, self.area, form, self.request))

    def _decline(self, form: AreaForm) -> HttpResponse:
        if self.request.POST.get("merge") and (choice := self.request.POST.get("choose-area")) != conflicts.MINE:
            if choice != conflicts.THEIRS:
                raise conflicts.Unchosen
            return self.render_next_step(form)
        has_answers = bool(self.storage.content["answers"] or not form.is_valid() or form.values)
        if has_answers and not self.request.POST.get("sure"):
            return self.render(form, notice="decline", status=200)
        step = Step(
            answers={},
            state=AreaState.DECLINED,
            version=page_version(self.request.POST),
            page=page_id(self.request.POST),
            language=self.mapping.language,
        )
        self.storage.set_step_data(self.area.code, step)
        return self.render_next_step(form)

    def render(self, form: AreaForm | None = None, *, notice: str = "", status: int = 0, **kwargs: Any) -> HttpResponse:
        """The page; 422 when it comes back with something to correct."""
        form = form or self.get_form()
        response = super().render(form, notice=notice, **kwargs)
        if self.request.method != "POST":
            # Showing what is unfinished is no refusal.
            response.add_post_render_callback(lambda _: setattr(self.request, "refused_form", None))
        else:
            response.status_code = status or 422
            if form.forged:
                log.record(
                    Verb.BAD_REQUEST, by=self.request.user, subject=self.mapping.person_id, reason="forged choice"
                )
                response.status_code = 400
        return response

    def render_next_step(self, form: AreaForm, **kwargs: Any) -> HttpResponse:
        then = self.request.POST.get("then")
        if then == LATER:
            return redirect(reverse("mapping:hub", kwargs={"mapping": self.mapping.pk}) + "?lagret")
        if then == BACK:
            before = self.get_prev_step()
            return redirect(self.get_step_url(before)) if before else redirect("mapping:hub", mapping=self.mapping.pk)
        following = self.get_next_step()
        return (
            redirect(self.get_step_url(following)) if following else redirect("mapping:check", mapping=self.mapping.pk)
        )

    def render_done(self, form: AreaForm, **kwargs: Any) -> HttpResponse:
        """After the last area comes the check page; finishing is not the wizard's to do."""
        return self.render_next_step(form)
