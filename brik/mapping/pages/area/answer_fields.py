"""The form field of each question, and its stored answer as it is typed there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brik.definitions import code_lists
from brik.definitions.name_order import in_order
from brik.mapping.questionnaire import answers
from brik.mapping.questionnaire.question_types.date_types import DateType, MonthType
from brik.mapping.questionnaire.question_types.option_types import (
    BooleanType,
    ChoiceType,
    IntervalType,
    MultichoiceType,
    RankType,
    ScaleType,
)
from brik.mapping.questionnaire.question_types.text_types import IntegerType, LanguageType, MunicipalityType, TextType
from brik.mapping.questionnaire.structure import Area, Option, Question, QuestionType
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

SENTENCES = {
    "not_an_option": _("Velg et av svarene på siden."),
    "not_together": _("Velg bare ett svar når du velger «vet ikke», «ønsker ikke å svare» eller «ingen»."),
    "too_many": _("Du har valgt flere enn det er plass til."),
    "twice": _("Du har valgt det samme to ganger."),
    "too_long": _("Teksten er for lang."),
    "eleven_digits": _("Ta bort tallet med 11 sifre. Her skal det ikke stå fødselsnummer eller kontonummer."),
    "not_text": _("Teksten inneholder tegn vi ikke kan lagre."),
    "not_a_number": _("Skriv et helt tall med sifre, for eksempel 3."),
    "out_of_range": _("Tallet er for lavt eller for høyt."),
    "not_a_date": _("Vi forstod ikke datoen. Skriv den som i eksempelet."),
    "unknown_municipality": _("Skriv navnet på en norsk kommune, for eksempel Oslo."),
    "unknown_language": _("Velg et språk fra listen."),
}

# Makes the field of a question in a language; further arguments are those of every field.
FieldMaker = Callable[..., forms.Field]


@dataclass(frozen=True)
class AnswerField:
    """How one type of question is asked on a page."""

    make: FieldMaker
    # The field as a column of a repeating group, where that looks different.
    make_cell: FieldMaker | None = None
    # From the stored value to the field, and from the field to what the questionnaire takes.
    typed: Callable[[Question, Any], Any] = lambda question, value: value
    sent: Callable[[Any], Any] = lambda value: value
    # Whether a box is needed to remove an answer: radio buttons cannot be unchosen.
    clearable: bool = False


class NoticeField(forms.CharField):
    """Has no value: the warning beside it opens with the answers in ``conditional_on``."""

    def __init__(self, *, conditional_on: tuple[str, set[str]]) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)
        self.conditional_on = conditional_on


def cell_name(question: Question, number: int, column: Question) -> str:
    return f"{question.link_id}/{number}/{column.link_id}"


def as_typed(area: Area, link_id: str, value: Any) -> Any:
    question = area.question(link_id)
    return value if question is None else typed_in(question, value)


def typed_in(question: Question, value: Any) -> Any:
    return answer_field(question).typed(question, value) if question.asked and not question.fields else value


def answer_field(question: Question) -> AnswerField:
    """The field of this question. A start-up check makes sure that every type has one."""
    return FIELDS[type(question.type)]


def cell_field(column: Question, language: str, *, row: str) -> forms.Field:
    """A column of a repeating group in one of its rows; choices are a list, since there are many on one page."""
    made = answer_field(column)
    if made.make_cell is None:
        return field_of(column, language, row=row)
    return made.make_cell(column, language, label=column.text[language], required=False, row=row)


def row_name(question: Question, number: int, language: str) -> str:
    """What a row of a repeating group is called, by its first column that is free text; the first row is 0."""
    title = next((column.text[language] for column in question.fields if column.free_text), "")
    return f"{title} {number + 1}".strip()


def field_of(question: Question, language: str, *, row: str = "") -> forms.Field:
    common: dict[str, Any] = {
        "label": (question.line or question.text)[language],
        "hint": (question.help or {}).get(language, ""),
        "required": False,
        "row": row,
    }
    if question.condition is not None:
        common["conditional_on"] = (question.condition.link_id, question.condition.any_of)
    made = answer_field(question).make(question, language, **common)
    # The ways not to answer stand apart from the answers.
    made.quiet = question.no_answer_codes  # type: ignore[attr-defined]  # of the fields of our pages
    return made


def _pairs(options: tuple[Option, ...], language: str) -> tuple[tuple[str, str], ...]:
    return tuple((option.code, option.text[language]) for option in options)


def _radios(question: Question, language: str, **common: Any) -> forms.Field:
    in_a_row = bool(question.opens) or common.pop("inline", False)
    return Choice(choices=_pairs(question.choices, language), inline=in_a_row, **common)


def _radios_in_a_row(question: Question, language: str, **common: Any) -> forms.Field:
    return _radios(question, language, inline=True, **common)


def _list(question: Question, language: str, **common: Any) -> forms.Field:
    return Select(choices=_pairs(question.choices, language), **common)


def _boxes(question: Question, language: str, **common: Any) -> forms.Field:
    alone = [option.code for option in question.choices if option.exclusive]
    return MultiChoice(choices=_pairs(question.choices, language), exclusive=alone, **common)


def _rank(question: Question, language: str, **common: Any) -> forms.Field:
    options, skip = _pairs(question.options, language), _pairs(question.no_answer, language)
    return RankField(choices=options, places=question.max_items or 3, skip=skip, **common)


def _language(question: Question, language: str, **common: Any) -> forms.Field:
    spoken = [(code, names.get(language) or names["nb"]) for code, names in code_lists.languages().items()]
    # Another language than those named comes last.
    spoken = in_order(spoken, lambda choice: choice[1])
    spoken.sort(key=lambda choice: choice[0] == code_lists.ANOTHER_LANGUAGE)
    return Select(choices=[*spoken, *_pairs(question.no_answer, language)], **common)


def _municipality(question: Question, language: str, **common: Any) -> forms.Field:
    names = tuple(code_lists.municipalities().values())
    return MunicipalityField(municipalities=names, skip=_pairs(question.choices, language), **common)


def _text(question: Question, language: str, **common: Any) -> forms.Field:
    return TextArea(max_length=question.max_length, skip=_pairs(question.no_answer, language), **common)


def _number(question: Question, language: str, **common: Any) -> forms.Field:
    bounds = {"min_value": question.minimum, "max_value": question.maximum}
    return NumberField(skip=_pairs(question.no_answer, language), **bounds, **common)


def _day(question: Question, language: str, **common: Any) -> forms.Field:
    return DateField(skip=_pairs(question.no_answer, language), **_own_hint(common))


def _month(question: Question, language: str, **common: Any) -> forms.Field:
    return MonthField(skip=_pairs(question.no_answer, language), **_own_hint(common))


def _own_hint(common: dict[str, Any]) -> dict[str, Any]:
    """Without a hint from the questionnaire the field shows its own, on how to write a date."""
    return common if common["hint"] else {name: value for name, value in common.items() if name != "hint"}


def _municipality_name(question: Question, number: Any) -> Any:
    """The name that was typed; an option of the question stands in its own box."""
    return number if question.option(number) else code_lists.municipalities().get(number, number)


def _municipality_number(typed_name: Any) -> Any:
    return next((number for number, name in code_lists.municipalities().items() if name == typed_name), typed_name)


def _ranked(question: Question, codes: Any) -> Any:
    """A code for not answering goes into its own box, not into the rank."""
    return codes[0] if codes and codes[0] in question.no_answer_codes else codes


def _norwegian_day(question: Question, day: Any) -> Any:
    return answers.shown(question, day, "nb")[0] if day and day not in question.no_answer_codes else day


FIELDS: dict[type[QuestionType], AnswerField] = {
    BooleanType: AnswerField(_radios_in_a_row, make_cell=_list, clearable=True),
    ChoiceType: AnswerField(_radios, make_cell=_list, clearable=True),
    ScaleType: AnswerField(_radios_in_a_row, make_cell=_list, clearable=True),
    IntervalType: AnswerField(_radios, make_cell=_list, clearable=True),
    MultichoiceType: AnswerField(_boxes),
    RankType: AnswerField(_rank, typed=_ranked),
    TextType: AnswerField(_text),
    IntegerType: AnswerField(_number),
    MunicipalityType: AnswerField(_municipality, typed=_municipality_name, sent=_municipality_number),
    LanguageType: AnswerField(_language),
    DateType: AnswerField(_day, typed=_norwegian_day),
    MonthType: AnswerField(_month),
}
