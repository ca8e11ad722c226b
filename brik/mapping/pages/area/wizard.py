"""The area pages: formtools' wizard over sealed sections. A GET writes its read event, a POST one saved section."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from formtools.wizard.views import NamedUrlWizardView, StepsHelper

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.mapping.labels import RIGHT_TO_LEFT, WHY_TITLE
from brik.mapping.models import AreaState, InterviewState, Language, Mapping
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.pages.area.autosave import page_id, page_version
from brik.mapping.pages.area.section_storage import AreaStep, SectionStorage
from brik.mapping.pages.interview_lookup import find
from brik.mapping.pages.progress import progress
from brik.mapping.questionnaire import catalogue

BACK, LATER = "back", "later"


class AreaWizard(NamedUrlWizardView):
    """One page for each life area, in any order; finishing the interview is another action."""

    # formtools wants a list before it knows the interview; each request gets that of its own questionnaire.
    form_list = [("area", AreaForm)]
    template_name = "mapping/area.html"
    mapping: Mapping
    _sent: AreaForm | None = None
    _kept_now = False

    def _open(self, request: HttpRequest, pk: UUID, step: str) -> None:
        self.mapping = find(request.user, pk)  # type: ignore[arg-type]
        self.questionnaire = catalogue.get(self.mapping.kind, self.mapping.form_version)
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

    def _stored_form(self) -> AreaForm:
        """The page as the stored version of it would be sent."""
        stored = self.get_form(data=self.storage.get_step_data(self.area.code))
        return stored if stored.is_bound else self.get_form(data=MultiValueDict(stored.typed))

    def get_step_url(self, step: str) -> str:
        return reverse("mapping:area", kwargs={"mapping": self.mapping.pk, "step": step})

    def process_step(self, form: AreaForm) -> AreaStep:
        posted = self.request.POST
        return AreaStep(
            answers=form.answers(),
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
            "version": self._version_seen(),
            "page": self.request.POST.get("page") or uuid4(),
            "section": self.storage.section,
            "kept": bool(self.storage.content.get("unfinished")),
            "following": self.questionnaire.area(following).title[self.mapping.language] if following else "",
            "rtl": self.mapping.language in RIGHT_TO_LEFT,
        }

    def _version_seen(self) -> int:
        """What the officer has seen of the stored area: a page that comes back unsaved has seen nothing newer."""
        if self.request.method == "POST" and not self._kept_now:
            return page_version(self.request.POST)
        return self.storage.section.row_version if self.storage.section else 0

    # --- Reading ---

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.mapping.state != InterviewState.DRAFT or self.mapping.mapper_id != self.request.user.pk:
            return redirect("mapping:hub", mapping=self.mapping.pk)
        self._note_reading()
        return super().get(*args, **kwargs)

    def _note_reading(self) -> None:
        obj = self.storage.section or self.mapping
        log.record(
            Verb.SECTION_READ, by=self.request.user, subject=self.mapping.person_id, obj=obj, about=self.area.code
        )

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
                    Verb.BAD_REQUEST, by=self.request.user, subject=self.mapping.person_id, reason=Reason.FORGED_CHOICE
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
