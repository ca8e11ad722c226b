"""What becomes of a sent area page: saved, kept as typed, put beside another version, or never received at all."""

from __future__ import annotations

from functools import partial
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.views.generic import View
from formtools.wizard.forms import ManagementForm

from brik.mapping.models import AreaState, Section
from brik.mapping.pages.area import conflicts, save_failure
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.pages.area.autosave import keep_draft, page_id, page_version
from brik.mapping.pages.area.section_storage import AreaStep
from brik.mapping.pages.area.wizard import AreaWizard
from brik.mapping.pages.immediate_help import help_page
from brik.mapping.pages.interview_lookup import demand_mapper, note, refused
from brik.mapping.record import actions, gate
from brik.mapping.record.refusals import Clash, InterviewRefusal, Refused, TakenOver
from brik.staff.sign_in.hidden_screen import hide_keeping

DECLINE = "decline"


class SavingAreaWizard(AreaWizard):
    """The area pages, and what is done with what they send."""

    # Shows what was typed and saves nothing: for a page whose origin could not be proved.
    show_only = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.method == "POST":
                return save_failure.signed_out(request)
            return redirect_to_login(request.get_full_path())
        try:
            if "hide" in request.POST and not self.show_only:
                keep = partial(self._keep_what_is_new, request, **kwargs)
                return hide_keeping(request, keep, unless=(Refused, Clash, TakenOver), held=save_failure.held)
            demand_mapper(request)
            self._open(request, kwargs["mapping"], kwargs["step"])
            return cast(HttpResponse, View.dispatch(self, request, *args, **kwargs))
        except Refused as refusal:
            return refused(request, refusal, kwargs["mapping"])
        except (OperationalError, InterfaceError):
            if request.method != "POST":
                raise
            return save_failure.database_down(request)

    def _keep_what_is_new(self, request: HttpRequest, mapping: UUID, step: str) -> None:
        demand_mapper(request)
        self._open(request, mapping, step)
        form = self.get_form(data=request.POST)
        if request.POST.get("merge") and self.storage.section:
            raise Clash(self.storage.section)
        if conflicts.differing(form, self._stored_form()):
            self._keep_typed(form)

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        posted = self.request.POST
        management = ManagementForm(posted, prefix=self.prefix)
        if not management.is_valid() or management.cleaned_data["current_step"] != self.area.code:
            raise Refused(InterviewRefusal.UNKNOWN_ANSWER)
        form = self.get_form(data=posted)
        if form.unknown_names:
            raise Refused(InterviewRefusal.UNKNOWN_ANSWER)
        if self.show_only or posted.get("again") == "show":
            gate.check_begun(self.mapping)
            self._note_reading()
            if posted.get("merge") and self.storage.section:
                return self._show_both(form, choices=posted)
            return self.render(form, notice="again", status=200)
        if form.asks_for_help:
            return self._save_and_help(form, *args, **kwargs)
        return self._save(form, *args, **kwargs)

    def _save(self, form: AreaForm, *args: Any, **kwargs: Any) -> HttpResponse:
        # Before anything stored is put beside what was typed: what has ended is not shown here any more.
        gate.check_begun(self.mapping)
        try:
            if self.request.POST.get("take_over"):
                self.mapping = actions.take_over(self.mapping, by=self.request.user)
            if self.request.POST.get("then") == DECLINE:
                return self._decline(form)
            if self.request.POST.get("merge"):
                form = self._sent = self.get_form(data=self._chosen(form))
            if not form.is_valid() and not form.forged:
                self._keep_typed(form)
            return super().post(*args, **kwargs)
        except Clash as clash:
            self._note_reading()
            self.storage.now_holds(clash.section)
            return self._show_both(form)
        except conflicts.VersionNotChosen:
            self._note_reading()
            return self._show_both(form, choices=self.request.POST, unchosen=True)
        except TakenOver as taken:
            return save_failure.taken_over(self.request, form, taken.mapping)

    def _chosen(self, form: AreaForm) -> MultiValueDict:
        if self.storage.section is None:
            raise Refused(InterviewRefusal.UNKNOWN_ANSWER)
        if self.storage.section.row_version != page_version(self.request.POST):
            raise Clash(self.storage.section)  # what was chosen between is not what is stored now
        return conflicts.chosen(form, self._stored_form(), self.request.POST)

    def _show_both(self, form: AreaForm, **shown: Any) -> HttpResponse:
        section = cast(Section, self.storage.section)
        return conflicts.page(self.request, form, self._stored_form(), section, self.mapping, **shown)

    def _save_and_help(self, form: AreaForm, *args: Any, **kwargs: Any) -> HttpResponse:
        """Somebody needs somebody to talk to: that page comes first, whatever becomes of the saving."""
        try:
            answer = self._save(form, *args, **kwargs)
        except Refused as refusal:
            note(self.request, refusal)
            return help_page(self.request, self.mapping, self.area)
        if answer.status_code in {302, 422}:
            return redirect("mapping:help", mapping=self.mapping.pk, step=self.area.code)
        return help_page(self.request, self.mapping, self.area, carried=save_failure.carried(self.request))

    def _keep_typed(self, form: AreaForm) -> None:
        """What does not hold yet is kept as typed, wherever the officer goes from here."""
        self.storage.now_holds(keep_draft(self.mapping, self.area, form, self.request))
        self._kept_now = True

    def _decline(self, form: AreaForm) -> HttpResponse:
        if self.request.POST.get("merge") and (choice := self.request.POST.get("choose-area")) != conflicts.MINE:
            if choice != conflicts.THEIRS:
                raise conflicts.VersionNotChosen
            return self.render_next_step(form)
        has_answers = bool(self.storage.content["answers"] or not form.is_valid() or form.values)
        if has_answers and not self.request.POST.get("sure"):
            return self.render(form, notice="decline", status=200)
        step = AreaStep(
            answers={},
            state=AreaState.DECLINED,
            version=page_version(self.request.POST),
            page=page_id(self.request.POST),
            language=self.mapping.language,
        )
        self.storage.set_step_data(self.area.code, step)
        return self.render_next_step(form)
