"""Where an answer comes from: the person, somebody they let us ask, whoever has confirmed it, or the officer's note.

No Django here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from brik.definitions.languages import BY_CODE, RTL
from brik.mapping.questionnaire.question_types.cleaning import Unacceptable, clean_text
from brik.mapping.questionnaire.question_types.text_types import check_words

# As forms and stored answers name them; after the third party stands its name.
SELF: Final = "self"
NOTE: Final = "note"
CONFIRMED: Final = "confirmed"
THIRD_PARTY: Final = "third_party:"

# What is stored beside CONFIRMED: by whom, and the day as ``YYYY-MM-DD``.
CONFIRMED_BY: Final = "confirmed_by"
CONFIRMED_ON: Final = "confirmed_on"
WHO_MAX_LENGTH: Final = 80
# An older confirmation says nothing of how somebody lives now.
YEARS_BACK: Final = 10


class SourceKind(StrEnum):
    """The kinds of source as an answer is read."""

    SELF = "self"
    # By the officer: about the talk, or what the officer has seen. Neither the person's words nor confirmed.
    NOTE = "note"
    CONFIRMED = "confirmed"
    THIRD_PARTY = "third_party"
    # Marked as confirmed without by whom and when, or something nobody knows. Never shown as confirmed.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class AnswerSource:
    """The source of one answer. There is no confirmation without by whom and when.

    Raises:
        ValueError: it says confirmed, and lacks one of them.
    """

    kind: SourceKind
    # Who has confirmed it, or the third party.
    who: str = ""
    day: date | None = None
    # Who it is stays untold, since the name may tell a graded address.
    unnamed: bool = False

    def __post_init__(self) -> None:
        if self.kind is SourceKind.CONFIRMED and not ((self.who or self.unnamed) and self.day):
            raise ValueError("confirmed without by whom and when")

    @property
    def names_somebody(self) -> bool:
        return bool(self.who)

    def without_name(self) -> "AnswerSource":
        """The source without whom it names."""
        return replace(self, who="", unnamed=True) if self.names_somebody else self


WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        SourceKind.SELF: "Oppgitt av den innsatte, ikke bekreftet",
        SourceKind.NOTE: "Notat fra den som kartla",
        SourceKind.CONFIRMED: "Bekreftet av {who}, {day}",
        SourceKind.THIRD_PARTY: "Opplyst av {who}, ikke bekreftet",
        SourceKind.UNKNOWN: "Ikke bekreftet, det er ikke oppgitt av hvem og når",
        "unnamed": "(navnet vises ikke)",
    },
    "nn": {
        SourceKind.SELF: "Oppgitt av den innsette, ikkje stadfesta",
        SourceKind.NOTE: "Notat frå den som kartla",
        SourceKind.CONFIRMED: "Stadfesta av {who}, {day}",
        SourceKind.THIRD_PARTY: "Opplyst av {who}, ikkje stadfesta",
        SourceKind.UNKNOWN: "Ikkje stadfesta, det er ikkje oppgitt av kven og når",
        "unnamed": "(namnet blir ikkje vist)",
    },
    "en": {
        SourceKind.SELF: "Stated by the inmate, not confirmed",
        SourceKind.NOTE: "Note by the officer who led the talk",
        SourceKind.CONFIRMED: "Confirmed by {who}, {day}",
        SourceKind.THIRD_PARTY: "Stated by {who}, not confirmed",
        SourceKind.UNKNOWN: "Not confirmed, it is not stated by whom and when",
        "unnamed": "(name not shown)",
    },
    "ar": {
        SourceKind.SELF: "حسب إفادة النزيل، غير مؤكد",
        SourceKind.NOTE: "ملاحظة من الموظف الذي أدار المحادثة",
        SourceKind.CONFIRMED: "مؤكد من {who} بتاريخ {day}",
        SourceKind.THIRD_PARTY: "حسب إفادة {who}، غير مؤكد",
        SourceKind.UNKNOWN: "غير مؤكد، لم يُذكر من أكده ولا متى",
        "unnamed": "(الاسم غير معروض)",
    },
}


def source_of(answer: Mapping[str, Any]) -> AnswerSource:
    """The source of a stored answer."""
    name = answer.get("source", SELF)
    if name.startswith(THIRD_PARTY):
        return AnswerSource(SourceKind.THIRD_PARTY, name.removeprefix(THIRD_PARTY))
    if name == CONFIRMED:
        return confirmed(answer.get(CONFIRMED_BY, ""), answer.get(CONFIRMED_ON, ""))
    return AnswerSource({SELF: SourceKind.SELF, NOTE: SourceKind.NOTE}.get(name, SourceKind.UNKNOWN))


def confirmed(who: str, day: str) -> AnswerSource:
    """A confirmation by ``who`` on a day (``YYYY-MM-DD``); an unknown source where one of them is missing."""
    try:
        return AnswerSource(SourceKind.CONFIRMED, who, date.fromisoformat(day))
    except ValueError:
        return AnswerSource(SourceKind.UNKNOWN)


def source_in_words(source: AnswerSource, language: str) -> str:
    """Where an answer comes from, in words; in bokmål where the language has none."""
    words = WORDS.get(language, WORDS["nb"])
    who = words["unnamed"] if source.unnamed else source.who
    if language in BY_CODE and BY_CODE[language].direction == RTL:
        who = f"\u2068{who}\u2069"  # its brackets and digits keep their order in the sentence around it
    return words[source.kind].format(who=who, day=f"{source.day:%d.%m.%Y}" if source.day else "")


def clean_who(raw: Any) -> str:
    """Who or what has confirmed an answer, on one line; empty when that was not said. Raises ``Unacceptable``."""
    who = " ".join(clean_text(raw).split())
    check_words(who, WHO_MAX_LENGTH)
    return who if any(map(str.isalpha, who)) else ""


def first_day(today: date) -> date:
    """The first day on which something may have been confirmed that still counts; the last one is today."""
    return date(today.year - YEARS_BACK, 1, 1)


def may_be_stored(answer: Mapping[str, Any], *, today: date) -> bool:
    """Whether an answer that says confirmed also says by whom, and on a day that has been."""
    if answer.get("source") != CONFIRMED:
        return True
    source = source_of(answer)
    try:
        is_clean = bool(source.who) and clean_who(source.who) == source.who
    except Unacceptable:
        return False
    is_iso = source.day is not None and source.day.isoformat() == answer[CONFIRMED_ON]
    return is_clean and is_iso and source.day is not None and first_day(today) <= source.day <= today
