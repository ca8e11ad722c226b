"""The questions about the talk itself, asked on the page that reads the answers back: nobody can answer them before."""

from __future__ import annotations

from django.utils.datastructures import MultiValueDict

from brik.mapping.models import InterviewState, Mapping
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.questionnaire import catalogue


def closing_form(mapping: Mapping, sent: MultiValueDict | None = None) -> AreaForm | None:
    """The form of the questions, with what is stored or was sent; None where the interview asks none now."""
    area = catalogue.get(mapping.kind, mapping.form_version).closing
    if area is None or mapping.state != InterviewState.DRAFT:
        return None
    section = mapping.sections.filter(area=area.code).first()
    kept = section.answers.open()["answers"] if section else {}
    return AreaForm(sent, prefix=area.code, area=area, language=mapping.language, kept=kept)
