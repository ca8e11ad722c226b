"""Cleaning of sent answers that all types of question share. No Django here."""

from abc import abstractmethod
from typing import Any

from brik.mapping.questionnaire.structure import Question, QuestionType


class Unacceptable(ValueError):
    """What was sent is not an answer to this question; ``key`` names the sentence to show."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


def clean(question: Question, raw: Any) -> Any:
    """The value to store, or None when nothing was answered. Raises ``Unacceptable``."""
    if not question.asked:
        raise Unacceptable("not_asked")
    return question.type.clean(question, raw)


def clean_text(raw: Any) -> str:
    """One text, with each line end as one character, as the browser counts them. Raises ``Unacceptable``."""
    if raw is None:
        return ""
    if not isinstance(raw, str) or any(_forbidden(character) for character in raw):
        raise Unacceptable("not_text")
    return raw.replace("\r\n", "\n").replace("\r", "\n").strip()


def _forbidden(character: str) -> bool:
    return (character < " " and character not in "\t\r\n") or character == "\x7f" or "\ud800" <= character <= "\udfff"


class SingleType(QuestionType):
    """Takes one value, sent as text, or a code for not answering."""

    def clean(self, question: Question, raw: Any) -> Any:
        text = clean_text(raw)
        if not text or text in question.no_answer_codes:
            return text or None
        return self.read(question, text)

    @abstractmethod
    def read(self, question: Question, text: str) -> Any:
        """The value of a text that is not empty. Raises ``Unacceptable``."""
