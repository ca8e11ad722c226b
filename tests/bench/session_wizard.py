"""formtools' own session wizard over the same area forms, to measure against. Lives here only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from formtools.wizard.views import NamedUrlSessionWizardView

from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.questionnaire import catalogue
from brik.urls import urlpatterns as the_house

QUESTIONNAIRE = catalogue.get("domfelt")


class SessionWizard(NamedUrlSessionWizardView):  # type: ignore[misc]  # formtools has no types
    """As published: the answers lie readable in the session, and every request writes it."""

    form_list = [(area.code, AreaForm) for area in QUESTIONNAIRE.areas]

    def get_form_kwargs(self, step: str) -> dict[str, Any]:
        return {"area": QUESTIONNAIRE.area(step), "language": "nb"}

    def get_step_url(self, step: str) -> str:
        return reverse("session_wizard", kwargs={"step": step})

    def done(self, form_list: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse()


def wizard(request: HttpRequest, step: str) -> HttpResponse:
    response: HttpResponse = SessionWizard.as_view(url_name="session_wizard")(request, step=step)
    return response


urlpatterns = [*the_house, path("bench/<slug:step>/", wizard, name="session_wizard")]
