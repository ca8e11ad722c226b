"""From what a form sends to an answer that may be kept, and from an answer to what is stored.

Everything not offered is refused: a forged code, a date that is none, a text with NUL in it. No Django here.
"""

from typing import Any, Final

from brik.mapping.questionnaire.question_types import cleaning
from brik.mapping.questionnaire.question_types.cleaning import Unacceptable
from brik.mapping.questionnaire.structure import Question

__all__ = ["CONFIRMED", "SELF", "THIRD_PARTY", "Unacceptable", "clean", "shown", "stored"]

SELF: Final = "self"
CONFIRMED: Final = "confirmed"
THIRD_PARTY: Final = "third_party:"


def clean(question: Question, raw: Any) -> Any:
    """The value to keep, or None when nothing was answered.

    A code for one-of, municipality and language; a list of codes for many-of (a rank in its order); an int; a text;
    ``YYYY-MM-DD`` or ``YYYY-MM``; a list of rows for a group.

    Raises:
        Unacceptable: with the key of the reason: not_an_option, not_together, too_many, twice, too_long,
            not_text, eleven_digits, not_a_number, out_of_range, not_a_date, unknown_municipality, unknown_language,
            not_asked.
    """
    return cleaning.clean(question, raw)


def stored(question: Question, value: Any, *, language: str, source: str = SELF) -> dict[str, Any]:
    """The answer as it is kept: it tells by itself what was asked and what was chosen, without today's files."""
    answer: dict[str, Any] = {
        "value": value,
        "text": question.text[language],
        "type": question.type.code,
        "shown": shown(question, value, language),
        "source": source,
        "language": language,
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
