"""Questions answered by choosing among options. No Django here."""

from collections.abc import Iterator, Sequence
from typing import Any

from brik.mapping.questionnaire.question_types.cleaning import SingleType, Unacceptable, clean_text
from brik.mapping.questionnaire.structure import Question, QuestionType, ValueKind


class OneOfType(SingleType):
    """One option is chosen. The types below differ only in how they look."""

    value_kind = ValueKind.CODE
    takes_options = True

    def read(self, question: Question, text: str) -> str:
        if question.option(text) is None:
            raise Unacceptable("not_an_option")
        return text


class BooleanType(OneOfType):
    """Yes or no."""

    code = "boolean"
    value_set = "jaNei"


class ChoiceType(OneOfType):
    """One of several options."""

    code = "choice"


class ScaleType(OneOfType):
    """One of several steps."""

    code = "scale"


class IntervalType(OneOfType):
    """One of several ranges."""

    code = "interval"


class ManyOfType(QuestionType):
    """Several options are chosen; kept as a list of codes."""

    value_kind = ValueKind.CODE
    takes_several = True
    takes_options = True

    def clean(self, question: Question, raw: Any) -> list[str] | None:
        if isinstance(raw, str):
            raw = [raw]
        if raw is not None and not isinstance(raw, Sequence):
            raise Unacceptable("not_text")
        codes = [code for item in raw or () if (code := clean_text(item))]
        options = [question.option(code) for code in codes]
        if not codes:
            return None
        if None in options:
            raise Unacceptable("not_an_option")
        if len(set(codes)) != len(codes):
            raise Unacceptable("twice")
        if question.max_items is not None and len(codes) > question.max_items:
            raise Unacceptable("too_many")
        if len(codes) > 1 and any(option is not None and option.exclusive for option in options):
            raise Unacceptable("not_together")
        return self.ordered(question, codes)

    def ordered(self, question: Question, codes: list[str]) -> list[str]:
        """The codes as they are kept."""
        return [option.code for option in question.choices if option.code in codes]


class MultichoiceType(ManyOfType):
    """Several options, kept in the order they are offered in."""

    code = "multichoice"


class RankType(ManyOfType):
    """Several options, kept in the order the person gives them."""

    code = "rank"
    numbered = True

    def ordered(self, question: Question, codes: list[str]) -> list[str]:
        return codes

    def flaws(self, question: Question) -> Iterator[str]:
        if question.max_items is None:
            yield "a rank needs maxItems"
