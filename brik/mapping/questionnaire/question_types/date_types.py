"""Questions answered by a day or a month, kept in ISO order and shown in Norwegian. No Django here."""

import re
from datetime import date
from typing import Any, Final

from brik.definitions.date_bounds import is_within
from brik.mapping.questionnaire.question_types.cleaning import SingleType, Unacceptable
from brik.mapping.questionnaire.structure import Question, ValueKind

_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_NORWEGIAN_DAY: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_ISO_MONTH: Final = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)
_NORWEGIAN_MONTH: Final = re.compile(r"(\d{1,2})[./]\s?(\d{4})", re.ASCII)


class DateType(SingleType):
    """A day, kept as ``YYYY-MM-DD``."""

    code = "date"
    value_kind = ValueKind.DATE

    def clean(self, question: Question, raw: Any) -> Any:
        return super().clean(question, raw.isoformat() if isinstance(raw, date) else raw)

    def read(self, question: Question, text: str) -> str:
        if match := _ISO_DAY.fullmatch(text):
            year, month, day = match.groups()
        elif match := _NORWEGIAN_DAY.fullmatch(text):
            day, month, year = match.groups()
        else:
            raise Unacceptable("not_a_date")
        return _day_within_bounds(year, month, day).isoformat()

    def in_words(self, value: Any, language: str) -> str:
        return date.fromisoformat(value).strftime("%d.%m.%Y")


class MonthType(SingleType):
    """A month, kept as ``YYYY-MM``."""

    code = "month"
    value_kind = ValueKind.DATE

    def read(self, question: Question, text: str) -> str:
        if match := _ISO_MONTH.fullmatch(text):
            year, month = match.groups()
        elif match := _NORWEGIAN_MONTH.fullmatch(text):
            month, year = match.groups()
        else:
            raise Unacceptable("not_a_date")
        return _day_within_bounds(year, month, "1").isoformat()[:7]

    def in_words(self, value: Any, language: str) -> str:
        return f"{value[5:7]}.{value[:4]}"


def _day_within_bounds(year: str, month: str, day: str) -> date:
    try:
        parsed = date(int(year), int(month), int(day))
    except ValueError:
        raise Unacceptable("not_a_date") from None
    if not is_within(parsed):
        raise Unacceptable("not_a_date")
    return parsed
