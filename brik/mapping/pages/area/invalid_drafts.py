"""Words that were typed but must be corrected before they are an answer: stored as typed, and always shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import ngettext

from brik.mapping.models import Mapping, Section
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.pages.area.submission import form_arguments
from brik.mapping.questionnaire import catalogue
from brik.pages.fields.bound_field import PageBoundField

# Suffixes of fields beside an answer.
NO_ANSWER = ("_source", "_clear", "_help", "_grade")


@dataclass(frozen=True)
class InvalidDraft:
    """One area with something to correct, and its wrong fields."""

    code: str
    as_read: str
    title: str
    fields: list[PageBoundField]

    @property
    def how_many(self) -> str:
        return corrections_needed(len(self.fields))


def corrections_needed(count: int) -> str:
    return ngettext("Ett svar må rettes.", "%(count)d svar må rettes.", count) % {"count": count}


def wrong_fields(form: AreaForm) -> list[PageBoundField]:
    return [form[name] for name in form.errors if name in form.fields]


def words_of(form: AreaForm) -> dict[str, list[tuple[str, str]]]:
    """Link id → (label, typed words) of each question with something to correct."""
    wrong = {form.link_id_of(bound.name) for bound in wrong_fields(form)}
    words_of_question: dict[str, list[tuple[str, str]]] = {link_id: [] for link_id in wrong}
    for bound in (form[name] for name in form.fields):
        link_id = form.link_id_of(bound.name)
        if link_id in wrong and not bound.name.endswith(NO_ANSWER) and (words := bound.words):
            words_of_question[link_id].append((str(bound.label), words))
    return words_of_question


def waiting(mapping: Mapping, sections: Iterable[Section], *, language: str = "nb") -> dict[str, InvalidDraft]:
    """Area code → its draft, for the areas with something to correct; titles in ``language``."""
    questionnaire = catalogue.get(mapping.kind, mapping.form_version)
    sections_of = {section.area: section for section in sections}
    drafts = {}
    for area in questionnaire.areas:
        if (section := sections_of.get(area.code)) is None:
            continue
        content: dict[str, Any] = section.answers.open()
        if typed := content.get("unfinished"):
            arguments = form_arguments(mapping, area, content["answers"])
            form = AreaForm(MultiValueDict(typed), prefix=area.code, **arguments)
            drafts[area.code] = InvalidDraft(area.code, section.as_read, area.title[language], wrong_fields(form))
    return drafts
