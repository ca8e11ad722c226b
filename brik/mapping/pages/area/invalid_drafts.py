"""What was typed but is no answer until it is corrected: kept as typed with its area, never passed over in silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import ngettext

from brik.mapping.models import Mapping, Section
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.questionnaire import catalogue
from brik.pages.fields.bound_field import PageBoundField

# Ends of the names of fields that stand beside an answer.
NO_ANSWER = ("_source", "_clear", "_help")


@dataclass(frozen=True)
class InvalidDraft:
    """One area with something to correct, and the fields it stands in."""

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
    """Link id → (label, what stands there in the words of the page) of each question with something to correct."""
    wrong = {form.link_id_of(bound.name) for bound in wrong_fields(form)}
    words_of_question: dict[str, list[tuple[str, str]]] = {link_id: [] for link_id in wrong}
    for bound in (form[name] for name in form.fields):
        link_id = form.link_id_of(bound.name)
        if link_id in wrong and not bound.name.endswith(NO_ANSWER) and (words := bound.words):
            words_of_question[link_id].append((str(bound.label), words))
    return words_of_question


def waiting(mapping: Mapping, sections: Iterable[Section], *, language: str = "nb") -> dict[str, InvalidDraft]:
    """Area code → what waits there, for the areas where something does; titles in ``language``."""
    questionnaire = catalogue.get(mapping.kind, mapping.form_version)
    sections_of = {section.area: section for section in sections}
    drafts = {}
    for area in questionnaire.areas:
        if (section := sections_of.get(area.code)) is None:
            continue
        content: dict[str, Any] = section.answers.open()
        if typed := content.get("unfinished"):
            form = AreaForm(
                MultiValueDict(typed),
                prefix=area.code,
                area=area,
                language=mapping.language,
                sources=mapping.sources.open(),
                kept=content["answers"],
            )
            drafts[area.code] = InvalidDraft(area.code, section.as_read, area.title[language], wrong_fields(form))
    return drafts
