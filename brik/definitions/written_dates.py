"""Days and months as people write them: "1.2.27", "1. februar 2027", "2027-02-01", "desember 2026".

Any blank, dash, dot or slash may stand between the parts, and the digits may be those of any script. Months are named
in Norwegian or English, in full or by their first three letters or more. Of two numbers the day comes first, unless a
year of four digits stands before them.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from brik.definitions.date_bounds import FIRST_YEAR, LAST_YEAR
from brik.definitions.written_numbers import plain

# A year of two digits lies at most this many years ahead, else in the past.
YEARS_AHEAD: Final = 20
_LONGEST: Final = 60
_NAMES: Final = (
    ("januar", "january"), ("februar", "february"), ("mars", "march"), ("april",), ("mai", "may"), ("juni", "june"),
    ("juli", "july"), ("august",), ("september",), ("oktober", "october"), ("november",), ("desember", "december"),
)  # fmt: skip
_MONTHS: Final = {
    name[:letters]: number
    for number, names in enumerate(_NAMES, start=1)
    for name in names
    for letters in range(3, len(name) + 1)
}
# Words and endings around the parts: "den 1. februar", "1st of February".
_AROUND: Final = frozenset({"den", "the", "of", "st", "nd", "rd", "th"})


class DateFlaw(Enum):
    """Why a text is no date."""

    UNREADABLE = "not written as a date"
    MONTH = "no such month"
    DAY = "no such day in the month"
    YEAR = "a year outside the bounds"


@dataclass
class NoDate(ValueError):
    """A text is no date; ``year`` and ``month`` are those of a day that the month does not have."""

    flaw: DateFlaw
    year: int = 0
    month: int = 0

    @property
    def days(self) -> int:
        """How many days the month has."""
        return monthrange(self.year, self.month)[1]


def read_day(text: str, *, today: date) -> date:
    """The day written in ``text``. Raises ``NoDate``."""
    match _parts(text):
        case [year, month, day] if len(year) == 4 and year.isdecimal():
            pass
        case [month, day, year] if month in _MONTHS:
            pass
        case [day, month, year]:
            pass
        case _:
            raise NoDate(DateFlaw.UNREADABLE)
    if not re.fullmatch(r"\d{1,2}", day):
        raise NoDate(DateFlaw.UNREADABLE)
    the_month, the_year = _month(month), _year(year, today)
    try:
        return date(the_year, the_month, int(day))
    except ValueError:
        raise NoDate(DateFlaw.DAY, the_year, the_month) from None


def read_month(text: str, *, today: date) -> date:
    """The first day of the month written in ``text``. Raises ``NoDate``."""
    match _parts(text):
        case [year, month] if len(year) == 4 and year.isdecimal():
            pass
        case [month, year]:
            pass
        case _:
            raise NoDate(DateFlaw.UNREADABLE)
    the_month = _month(month)
    return date(_year(year, today), the_month, 1)


def _parts(text: str) -> list[str]:
    """The words and numbers of a text that may be a date; none where it holds anything else."""
    if len(text) > _LONGEST:
        return []
    # "1st" and "1.feb" are two parts, with or without a blank.
    signs = plain(text)
    parts = re.findall(r"[0-9]+|[^\W0-9_]+", signs)
    return [part for part in parts if part not in _AROUND] if "".join(parts) == signs.replace(" ", "") else []


def _month(part: str) -> int:
    if part in _MONTHS:
        return _MONTHS[part]
    if not re.fullmatch(r"\d{1,2}", part):
        raise NoDate(DateFlaw.UNREADABLE)
    if not 1 <= int(part) <= 12:
        raise NoDate(DateFlaw.MONTH)
    return int(part)


def _year(part: str, today: date) -> int:
    """The year of four digits, or of two: "26" is 2026, "85" is 1985."""
    if not re.fullmatch(r"\d{4}|\d{2}", part):
        raise NoDate(DateFlaw.UNREADABLE)
    year = int(part)
    if len(part) == 2:
        latest = today.year + YEARS_AHEAD
        year = latest - (latest - year) % 100
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoDate(DateFlaw.YEAR)
    return year
