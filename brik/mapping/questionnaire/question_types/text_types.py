"""Questions answered in writing: free text, a number, a place or a language. No Django here."""

from collections.abc import Iterator
from typing import Any

from brik.definitions import code_lists
from brik.definitions.written_numbers import holds_eleven_digits
from brik.mapping.questionnaire.question_types.cleaning import SingleType, Unacceptable
from brik.mapping.questionnaire.structure import Question, ValueKind


def check_words(text: str, max_length: int) -> None:
    """Raises ``Unacceptable`` for typed words that hold a number of eleven digits, or are too many."""
    if holds_eleven_digits(text):
        raise Unacceptable("eleven_digits")
    if len(text) > max_length:
        raise Unacceptable("too_long")


class TextType(SingleType):
    """Free text."""

    code = "text"
    value_kind = ValueKind.TEXT
    free_text = True
    max_length = 500

    def read(self, question: Question, text: str) -> str:
        check_words(text, question.max_length)
        return text

    def flaws(self, question: Question) -> Iterator[str]:
        if question.help is None:
            yield "a text box needs help on what not to write"


class IntegerType(SingleType):
    """A whole number between two bounds."""

    code = "integer"
    value_kind = ValueKind.NUMBER

    def clean(self, question: Question, raw: Any) -> Any:
        return super().clean(question, str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw)

    def read(self, question: Question, text: str) -> int:
        if not text.isascii() or not text.removeprefix("-").isdigit() or len(text) > 10:
            raise Unacceptable("not_a_number")
        number = int(text)
        if (question.minimum is not None and number < question.minimum) or (
            question.maximum is not None and number > question.maximum
        ):
            raise Unacceptable("out_of_range")
        return number

    def flaws(self, question: Question) -> Iterator[str]:
        if question.minimum is None or question.maximum is None:
            yield "a whole number needs minValue and maxValue"


class MunicipalityType(SingleType):
    """A Norwegian municipality by its number, or abroad; an option of the question is a place that is neither."""

    code = "municipality"
    value_kind = ValueKind.CODE
    may_take_options = True
    tells_place = True

    def read(self, question: Question, text: str) -> str:
        if question.option(text) is None and text not in code_lists.municipalities():
            raise Unacceptable("unknown_municipality")
        return text

    def in_words(self, value: Any, language: str) -> str:
        return code_lists.municipalities().get(value, str(value))


class LanguageType(SingleType):
    """A spoken language by its ISO 639-3 code."""

    code = "language"
    value_kind = ValueKind.CODE

    def read(self, question: Question, text: str) -> str:
        if text not in code_lists.languages():
            raise Unacceptable("unknown_language")
        return text

    def in_words(self, value: Any, language: str) -> str:
        names = code_lists.languages().get(value)
        return str(value) if names is None else names.get(language, str(value))
