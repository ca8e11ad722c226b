"""Start-up checks: words in every language, a form for every talk, a field for every question type."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connection

from brik.definitions import code_lists, help_numbers, languages
from brik.definitions.recipients import OrganisationKind
from brik.definitions.strict_yaml import DefinitionError
from brik.mapping.pages.area import answer_fields
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.labels import WHY_TITLE
from brik.mapping.questionnaire.question_types.register import TYPES
from brik.mapping.questionnaire.themes import THEME_LABELS
from brik.mapping.record import promised_tasks, published_forms
from brik.mapping.record.document import WORDS
from brik.mapping.record.interviews import PublishedForm
from brik.mapping.record.published_forms import usable_languages
from brik.mapping.voluntariness import question_words
from brik.people.legal_status import QUESTIONNAIRE
from brik.tasks import promises


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
        for where, table in tables.items()
        for language in languages.lacking(table)
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


@register()
def every_type_of_question_has_a_field(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each type of question that no page has a field for."""
    return [
        Error(f"The question type {code} has no field in {answer_fields.__name__}.", id="mapping.E003")
        for code, question_type in TYPES.items()
        if question_type.asked and not question_type.has_columns and type(question_type) not in answer_fields.FIELDS
    ]


@register(Tags.database)
def every_interview_has_its_form(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """An error where a published questionnaire was changed, or one is gone that interviews were held with."""
    if not databases or PublishedForm._meta.db_table not in connection.introspection.table_names():
        return []
    try:
        published_forms.check_all()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="mapping.E007")]
    except ProgrammingError:
        return []  # tables that wait for their migration
    return []


@register()
def every_form_is_approved(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Outside a demonstration a line for each newest form and language that nobody has approved."""
    return [
        Info(
            f"Nobody has approved the questionnaire {form.id} {form.version} in {language}: it is not used in it.",
            id="mapping.I001",
        )
        for form in map(catalogue.get, QUESTIONNAIRE.values())
        for language in form.languages
        if language not in usable_languages(form)
    ]


@register()
def the_numbers_for_help_are_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error while the file with the telephone numbers for immediate help cannot be read."""
    try:
        help_numbers.load(settings.HELP_NUMBERS)
    except (DefinitionError, OSError) as error:
        return [Error(f"The telephone numbers for immediate help cannot be read: {error}.", id="mapping.E005")]
    return []


@register()
def voluntariness_has_its_words(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error where the file of the last question lacks something; told too, while its words may not be used here."""
    try:
        definition = question_words.definition()
    except DefinitionError as error:
        return [Error(f"fixtures/voluntariness: {error}.", id="mapping.E006")]
    if definition.usable:
        return []
    return [
        Info(
            "The words of the question whether one could say no are not approved: it is not asked"
            " (fixtures/voluntariness).",
            id="mapping.I002",
        )
    ]


@register()
def every_promise_is_in_its_questionnaire(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each promise whose question or answer a questionnaire lacks."""
    return [
        Error(f"{promises.PATH.name}, line {condition.line}: {promise.code}: {flaw}.", id="mapping.E008")
        for promise in promises.every_promise().values()
        for condition in promise.conditions
        for flaw in promised_tasks.flaws(promise, condition)
    ]


@register()
def every_kind_of_recipient_is_told_something(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each kind of recipient that no question is meant for: nobody would be asked about it."""
    questions = [question for form in QUESTIONNAIRE.values() for question in catalogue.get(form).questions()]
    return [
        Error(
            f"No question of the newest forms may be told to {kind}: none has {kind.entry.letter} in its del list.",
            id="mapping.E004",
        )
        for kind in OrganisationKind
        if not any(question.meant_for(kind.entry.letter) for question in questions)
    ]
