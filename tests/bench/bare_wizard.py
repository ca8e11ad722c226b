"""formtools' session wizard with plain forms as long as the areas, to measure against: no fields or templates of ours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from formtools.wizard.views import NamedUrlSessionWizardView

from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.structure import Area
from brik.urls import urlpatterns as the_house

AREAS = catalogue.get("domfelt").areas
STEPS = [area.code for area in AREAS]


def plain_form(area: Area) -> type[forms.Form]:
    """As many questions as the area asks, each with four choices."""
    choices = [(code, f"Svar {code}") for code in "abcd"]
    asked = [question for question in area.questions if question.asked]
    fields: dict[str, Any] = {
        f"q{number}": forms.ChoiceField(
            choices=choices, label=question.text["nb"], required=False, widget=forms.RadioSelect
        )
        for number, question in enumerate(asked)
    }
    return type(f"Plain{area.code}", (forms.Form,), fields)


class BareWizard(NamedUrlSessionWizardView):  # type: ignore[misc]  # formtools has no types
    """As published, with its own page."""

    form_list = [(area.code, plain_form(area)) for area in AREAS]

    def get_step_url(self, step: str) -> str:
        return reverse("bare_wizard", kwargs={"step": step})

    def done(self, form_list: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse()


def wizard(request: HttpRequest, step: str) -> HttpResponse:
    response: HttpResponse = BareWizard.as_view(url_name="bare_wizard")(request, step=step)
    return response


urlpatterns = [*the_house, path("bare/<slug:step>/", wizard, name="bare_wizard")]
