"""The field that asks one question of the questionnaire, and what was kept as it is typed in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from brik.definitions import code_lists
from brik.mapping.questionnaire import answers
from brik.mapping.questionnaire.structure import ONE_OF, Area, Question
from brik.pages.forms import (
    Choice,
    DateField,
    MonthField,
    MultiChoice,
    MunicipalityField,
    NumberField,
    RankField,
    Select,
    TextArea,
)


class HelpField(forms.CharField):
    """Carries nothing: the warning that stands beside it opens with the answers in ``conditional_on``."""

    def __init__(self, *, conditional_on: tuple[str, set[str]]) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)
        self.conditional_on = conditional_on


def cell_name(question: Question, number: int, column: Question) -> str:
    return f"{question.link_id}/{number}/{column.link_id}"


def as_typed(area: Area, link_id: str, value: Any) -> Any:
    question = area.question(link_id)
    return value if question is None else typed_in(question, value)


def typed_in(question: Question, value: Any) -> Any:
    if question.type == "municipality":
        return code_lists.municipalities().get(value, value)
    if question.type == "rank" and value and value[0] in question.no_answer_codes:
        return value[0]
    if question.type == "date" and value and value not in question.no_answer_codes:
        return answers.shown(question, value, "nb")[0]
    return value


def cell_field(column: Question, language: str) -> forms.Field:
    """A column of a repeating group; choices in a list, since there are many of them on one page."""
    if column.type not in ONE_OF:
        return field_of(column, language)
    choices = [(option.code, option.text[language]) for option in column.choices]
    return Select(label=column.text[language], choices=choices, required=False)


def field_of(question: Question, language: str) -> forms.Field:
    common: dict[str, Any] = {
        "label": question.text[language],
        "hint": (question.help or {}).get(language, ""),
        "required": False,
    }
    if question.condition is not None:
        common["conditional_on"] = (question.condition.link_id, question.condition.any_of)
    choices = [(option.code, option.text[language]) for option in question.choices]
    skip = tuple((option.code, option.text[language]) for option in question.no_answer)
    if question.type in ONE_OF:
        return Choice(choices=choices, inline=question.type in {"scale", "boolean"}, **common)
    if question.type == "multichoice":
        alone = [option.code for option in question.choices if option.exclusive]
        return MultiChoice(choices=choices, exclusive=alone, **common)
    if question.type == "rank":
        options = [(option.code, option.text[language]) for option in question.options]
        return RankField(choices=options, places=question.max_items or 3, skip=skip, **common)
    if question.type == "language":
        spoken = [(code, names.get(language) or names["nb"]) for code, names in code_lists.languages().items()]
        return Select(choices=[*spoken, *skip], **common)
    if question.type == "municipality":
        return MunicipalityField(municipalities=tuple(code_lists.municipalities().values()), skip=skip, **common)
    if not common["hint"] and question.type in {"date", "month"}:
        del common["hint"]
    made: dict[str, Callable[..., forms.Field]] = {
        "integer": NumberField,
        "date": DateField,
        "month": MonthField,
        "text": TextArea,
    }
    if question.type == "text":
        common["max_length"] = question.max_length
    if question.type == "integer":
        common |= {"min_value": question.minimum, "max_value": question.maximum}
    return made[question.type](skip=skip, **common)
