"""From what a form sends to an answer that may be kept, and from an answer to what is stored.

Everything not offered is refused: a forged code, a date that is none, a text with NUL in it. No Django here.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from brik.definitions import code_lists
from brik.definitions.date_bounds import is_within
from brik.mapping.questionnaire.structure import MANY_OF, ONE_OF, Question

SELF: Final = "self"
CONFIRMED: Final = "confirmed"
THIRD_PARTY: Final = "third_party:"

_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_NORWEGIAN_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_ISO_MONTH = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)
_NORWEGIAN_MONTH = re.compile(r"(\d{1,2})[./]\s?(\d{4})", re.ASCII)


class Unacceptable(ValueError):
    """What was sent cannot be an answer to this question; ``key`` names the sentence to show, never the value."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


def clean(question: Question, raw: Any) -> Any:
    """The value to keep, or None when nothing was answered.

    A code for one-of, municipality and language; a list of codes for many-of (a rank in its order); an int; a text;
    ``YYYY-MM-DD`` or ``YYYY-MM``; a list of rows for a group.

    Raises:
        Unacceptable: with the key of the reason: not_an_option, not_together, too_many, twice, too_long,
            not_text, eleven_digits, not_a_number, out_of_range, not_a_date, unknown_municipality, unknown_language,
            not_asked.
    """
    if question.auto or question.type == "info":
        raise Unacceptable("not_asked")
    if question.type == "group":
        return _rows(question, raw)
    if question.type in MANY_OF:
        return _many(question, raw)
    if question.type == "date" and isinstance(raw, date):
        raw = raw.isoformat()
    if question.type == "integer" and isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    text = _text(raw)
    if not text or text in question.no_answer_codes:
        return text or None
    return _ONE[question.type](question, text)


def _text(raw: Any) -> str:
    """One text with line ends as the browser counts them: CR LF is one."""
    if raw is None:
        return ""
    if not isinstance(raw, str) or any(_forbidden(character) for character in raw):
        raise Unacceptable("not_text")
    return raw.replace("\r\n", "\n").replace("\r", "\n").strip()


def _forbidden(character: str) -> bool:
    return (character < " " and character not in "\t\r\n") or character == "\x7f" or "\ud800" <= character <= "\udfff"


def _option(question: Question, text: str) -> str:
    if question.option(text) is None:
        raise Unacceptable("not_an_option")
    return text


# A national id, D-number or account number, as people write it: of somebody who has not been asked.
_ELEVEN_DIGITS = re.compile(r"(?<!\d)\d{6}[ .-]?\d{5}(?!\d)|(?<!\d)\d{4}[ .]\d{2}[ .]\d{5}(?!\d)")


def _free_text(question: Question, text: str) -> str:
    if _ELEVEN_DIGITS.search(text):
        raise Unacceptable("eleven_digits")
    if len(text) > question.max_length:
        raise Unacceptable("too_long")
    return text


def _integer(question: Question, text: str) -> int:
    if not text.isascii() or not text.removeprefix("-").isdigit() or len(text) > 10:
        raise Unacceptable("not_a_number")
    number = int(text)
    if (question.minimum is not None and number < question.minimum) or (
        question.maximum is not None and number > question.maximum
    ):
        raise Unacceptable("out_of_range")
    return number


def _day(question: Question, text: str) -> str:
    if match := _ISO_DAY.fullmatch(text):
        year, month, day = match.groups()
    elif match := _NORWEGIAN_DAY.fullmatch(text):
        day, month, year = match.groups()
    else:
        raise Unacceptable("not_a_date")
    return _sane(year, month, day).isoformat()


def _month(question: Question, text: str) -> str:
    if match := _ISO_MONTH.fullmatch(text):
        year, month = match.groups()
    elif match := _NORWEGIAN_MONTH.fullmatch(text):
        month, year = match.groups()
    else:
        raise Unacceptable("not_a_date")
    return _sane(year, month, "1").isoformat()[:7]


def _sane(year: str, month: str, day: str) -> date:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise Unacceptable("not_a_date") from None
    if not is_within(found):
        raise Unacceptable("not_a_date")
    return found


def _municipality(question: Question, text: str) -> str:
    if text not in code_lists.municipalities():
        raise Unacceptable("unknown_municipality")
    return text


def _language(question: Question, text: str) -> str:
    if text not in code_lists.languages():
        raise Unacceptable("unknown_language")
    return text


_ONE: Final = dict.fromkeys(ONE_OF, _option) | {
    "text": _free_text,
    "integer": _integer,
    "date": _day,
    "month": _month,
    "municipality": _municipality,
    "language": _language,
}


def _many(question: Question, raw: Any) -> list[str] | None:
    if isinstance(raw, str):
        raw = [raw]
    if raw is not None and not isinstance(raw, Sequence):
        raise Unacceptable("not_text")
    codes = [code for item in raw or () if (code := _text(item))]
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
    if question.type == "rank":
        return codes
    return [option.code for option in question.choices if option.code in codes]


def _rows(question: Question, raw: Any) -> list[dict[str, Any]] | None:
    if raw is None:
        return None
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise Unacceptable("not_text")
    rows = []
    for item in raw:
        if not isinstance(item, Mapping) or not set(item) <= {column.link_id for column in question.fields}:
            raise Unacceptable("not_an_option")
        row = {column.link_id: clean(column, item.get(column.link_id)) for column in question.fields}
        if any(value is not None for value in row.values()):
            rows.append({key: value for key, value in row.items() if value is not None})
    if question.max_items is not None and len(rows) > question.max_items:
        raise Unacceptable("too_many")
    return rows or None


def stored(question: Question, value: Any, *, language: str, source: str = SELF) -> dict[str, Any]:
    """The answer as it is kept: it tells by itself what was asked and what was chosen, without today's files."""
    kept: dict[str, Any] = {
        "value": value,
        "text": question.text[language],
        "type": question.type,
        "shown": shown(question, value, language),
        "source": source,
        "language": language,
    }
    kept["translations"] = {other: _translated(question, value, other) for other in question.text if other != language}
    if question.choices:
        kept["options"] = {option.code: option.text[language] for option in question.choices}
    return kept


def _translated(question: Question, value: Any, other: str) -> dict[str, Any]:
    """The question and answer in another language of the form; what the person wrote is not translated."""
    if question.free_text and question.option(value) is None:
        return {"text": question.text[other]}
    return {"text": question.text[other], "shown": shown(question, value, other), "language": other}


def shown(question: Question, value: Any, language: str) -> list[Any]:
    """The value as a person reads it: one text for each chosen option; for a group, one list of [label, text] a row."""
    if question.type == "group":
        return [
            [
                [column.text[language], "; ".join(shown(column, row[column.link_id], language))]
                for column in question.fields
                if column.link_id in row
            ]
            for row in value or ()
        ]
    return [_read(question, item, language) for item in (value if isinstance(value, list) else [value])]


def _read(question: Question, item: Any, language: str) -> str:
    option = question.option(item) if isinstance(item, str) else None
    if option is not None:
        return option.text[language]
    if question.type == "municipality":
        return code_lists.municipalities().get(item, str(item))
    if question.type == "language":
        return code_lists.languages()[item].get(language, item) if item in code_lists.languages() else str(item)
    if question.type == "date":
        return date.fromisoformat(item).strftime("%d.%m.%Y")
    if question.type == "month":
        return f"{item[5:7]}.{item[:4]}"
    return str(item)
