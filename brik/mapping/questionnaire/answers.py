"""Cleans what a form sends into an answer, and makes what is stored of an answer.

Everything that was not offered is refused: a forged code, an impossible date, a text with NUL. No Django here.
"""

from collections.abc import Mapping
from typing import Any

from brik.mapping.questionnaire.answer_sources import NOTE, SELF
from brik.mapping.questionnaire.question_types import cleaning
from brik.mapping.questionnaire.structure import Question


def clean(question: Question, raw: Any) -> Any:
    """The value to store, or None when nothing was answered.

    A code for one-of, municipality and language; a list of codes for many-of (a rank in its order); an int; a text;
    ``YYYY-MM-DD`` or ``YYYY-MM``; a list of rows for a group.

    Raises:
        Unacceptable: with the key of the reason: not_an_option, not_together, too_many, twice, too_long,
            not_text, eleven_digits, not_a_number, out_of_range, not_a_date, unknown_municipality, unknown_language,
            not_asked.
    """
    return cleaning.clean(question, raw)


def stored(
    question: Question, value: Any, *, language: str, source: str = "", confirmation: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The answer as it is stored: with the words of its question and options, so that no file is needed to read it.

    Without a ``source`` it is the person's own answer, and a note where the officer answers a question about the talk.
    ``confirmation`` is by whom and when, under the names of ``answer_sources``.
    """
    answer: dict[str, Any] = {
        "value": value,
        "text": question.text[language],
        "type": question.type.code,
        "shown": shown(question, value, language),
        "source": source or (NOTE if question.administrative else SELF),
        "language": language,
        **(confirmation or {}),
    }
    answer["translations"] = {
        other: _translated(question, value, other) for other in question.text if other != language
    }
    if question.choices:
        answer["options"] = {option.code: option.text[language] for option in question.choices}
    return answer


def _translated(question: Question, value: Any, other: str) -> dict[str, Any]:
    """The question and answer in another language of the form; what the person wrote is not translated."""
    if question.free_text and question.option(value) is None:
        return {"text": question.text[other]}
    return {"text": question.text[other], "shown": shown(question, value, other), "language": other}


def shown(question: Question, value: Any, language: str) -> list[Any]:
    """The value as a person reads it: one text for each chosen option; for a group, one list of [label, text] a row."""
    return question.type.shown(question, value, language)
