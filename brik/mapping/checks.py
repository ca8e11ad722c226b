"""At every start: interviews can be held and read in every language, and every talk has its questionnaire."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, register

from brik.definitions import code_lists, languages
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.labels import WHY_TITLE
from brik.mapping.questionnaire.themes import THEME_LABELS
from brik.mapping.record.document import WORDS
from brik.people.legal_status import QUESTIONNAIRE


@register()
def every_language_has_its_words(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each table of words and each newest questionnaire that lacks a language."""
    tables: dict[str, Iterable[Container[str]]] = {
        "the names of the themes (THEME_LABELS)": THEME_LABELS.values(),
        "the heading of why we ask (WHY_TITLE)": [WHY_TITLE],
        "the words of the printed interview (WORDS)": [WORDS],
        "fixtures/languages.csv": code_lists.languages().values(),
    }
    forms = {form for form, _ in catalogue.load_all(catalogue.FOLDER)}
    for newest in map(catalogue.get, sorted(forms)):
        tables[f"the questionnaire {newest.id} {newest.version}"] = [newest.languages]
    return [
        Error(f"The language {language} is missing in {where}.", id="mapping.E001")
        for where, held in tables.items()
        for language in languages.lacking(held)
    ]


@register()
def every_talk_has_a_questionnaire(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each legal status that has a talk, while no questionnaire of that id is loaded."""
    loaded = {form for form, _ in catalogue.load_all(catalogue.FOLDER)}
    return [
        Error(f"{status} has no questionnaire: fixtures/questionnaires holds no {form}.", id="mapping.E002")
        for status, form in QUESTIONNAIRE.items()
        if form not in loaded
    ]
