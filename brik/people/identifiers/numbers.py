"""Identity numbers: national id, D-number, SSP and DUF, and how they are checked.

A D-number has 40 added to the day, an SSP number 20 to the month; a made-up (Tenor) number has 80 added to the
month. The first three carry two check digits modulo 11; a DUF number (year, six digits) carries one of two figures.

From 2032 a new national id says no century, and its first check digit may leave a remainder of 1, 2 or 3 too
(Skatteetaten, the identity numbers of the future). Such a number is a kind of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from unicodedata import category

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# The remainders that the first check digit of a number from 2032 may leave; 0 is that of the numbers before.
NEW_REMAINDERS = (1, 2, 3)
FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
DUF_WEIGHTS = (4, 6, 3, 2, 4, 6, 3, 2, 7, 5)
SYNTHETIC_MONTH = 80
# Beside what Unicode counts as dashes: a minus, and a hyphen that only shows at the end of a line.
_DASHES = "\N{MINUS SIGN}\N{SOFT HYPHEN}"
SSP_MONTH = 20
D_NUMBER_DAY = 40


class NumberKind(StrEnum):
    """The values are those of the service's own messages about identity."""

    NATIONAL_ID = "FOEDSELSNUMMER"
    NATIONAL_ID_2032 = "FOEDSELSNR_2032"
    D_NUMBER = "DNUMMER"
    SSP = "SSPNUMMER"
    DUF = "DUFNUMMER"


# A person has at most one of each of these, and any number of DUF numbers.
SINGLE_VALUED = frozenset({NumberKind.NATIONAL_ID, NumberKind.NATIONAL_ID_2032, NumberKind.D_NUMBER, NumberKind.SSP})
# Those with a range of made-up numbers.
MAY_BE_MADE_UP = frozenset({NumberKind.NATIONAL_ID, NumberKind.NATIONAL_ID_2032, NumberKind.D_NUMBER})
NATIONAL_IDS = frozenset({NumberKind.NATIONAL_ID, NumberKind.NATIONAL_ID_2032})
LABELS = {
    NumberKind.NATIONAL_ID: _("Fødselsnummer"),
    NumberKind.NATIONAL_ID_2032: _("Fødselsnummer"),
    NumberKind.D_NUMBER: _("D-nummer"),
    NumberKind.SSP: _("SSP-nummer"),
    NumberKind.DUF: _("DUF-nummer"),
}
# What staff choose between. Which of the two national ids it is follows from the number.
WRITTEN_KINDS = [(kind.value, label) for kind, label in LABELS.items() if kind is not NumberKind.NATIONAL_ID_2032]


@dataclass(frozen=True, order=True)
class Number:
    """A number that has been checked."""

    kind: NumberKind
    value: str

    def __repr__(self) -> str:
        return f"<Number {self.kind}>"

    __str__ = __repr__


def check(kind: NumberKind, text: str, *, synthetic_allowed: bool) -> Number:
    """The number written in ``text``. A national id is of the kind it has, before or from 2032.

    ``synthetic_allowed`` is for demonstrations: they take made-up numbers, and no number that somebody may have.

    Raises ``ValidationError`` when it is not a number of ``kind``; its sentence never repeats the number.
    """
    value = _digits(text)
    label = LABELS[kind]
    length = 12 if kind is NumberKind.DUF else 11
    if not (value.isascii() and value.isdigit()) or len(value) != length:
        raise _wrong(gettext("%(label)s skal ha %(length)s sifre.") % {"label": label, "length": length})
    found = _kind_of(value)
    if found is None or (found is not kind and {found, kind} != NATIONAL_IDS):
        raise _wrong(gettext("%(label)s er ikke gyldig. Sjekk at alle sifrene er riktige.") % {"label": label})
    if is_synthetic(value) and not synthetic_allowed:
        raise _wrong(
            gettext("%(label)s er et oppdiktet nummer, og kan bare brukes i demonstrasjoner.") % {"label": label}
        )
    if synthetic_allowed and found in MAY_BE_MADE_UP and not is_synthetic(value):
        raise _wrong(gettext("Dette kan være nummeret til en ekte person. Bruk oppdiktede numre i demonstrasjoner."))
    return Number(found, value)


def _wrong(sentence: str) -> ValidationError:
    return ValidationError(sentence, code="number")


def recognise(text: str) -> Number | None:
    """The number that a search text is, if it is one. Its digits tell its kind."""
    value = _digits(text)
    if not (value.isascii() and value.isdigit()):
        return None
    kind = _kind_of(value)
    return Number(kind, value) if kind else None


def is_synthetic(value: str) -> bool:
    """Whether the number is made up for demonstrations and tests (month + 80). False for DUF numbers."""
    return len(value) == 11 and int(value[2:4]) > SYNTHETIC_MONTH


def birth_date(number: Number) -> date | None:
    """The birthday in the number; None where it says no century, as a DUF number and a national id from 2032."""
    if number.kind in (NumberKind.DUF, NumberKind.NATIONAL_ID_2032):
        return None
    value = number.value
    year, individual = int(value[4:6]), int(value[6:9])
    century = (_century_of_d_number if number.kind is NumberKind.D_NUMBER else _century)(individual, year)
    return None if century is None else _day_in(value, century + year)


def with_check_digits(stem: str) -> str | None:
    """``stem`` (nine or ten digits) with its check digits; None where no check digits exist."""
    if len(stem) == 10:
        return stem + f"{_sum(stem, DUF_WEIGHTS) % 11:02d}"
    return _with_both(stem, remainder=0)


def with_check_digits_2032(stem: str, *, remainder: int) -> str | None:
    """``stem`` (nine digits) as a national id from 2032, whose first check digit leaves ``remainder``, or None."""
    return _with_both(stem, remainder=remainder)


def _with_both(stem: str, *, remainder: int) -> str | None:
    for weights, rest in ((FIRST_WEIGHTS, remainder), (SECOND_WEIGHTS, 0)):
        digit = (rest - _sum(stem, weights)) % 11
        if digit == 10:
            return None
        stem += str(digit)
    return stem


def _kind_of(value: str) -> NumberKind | None:
    """The kind whose form and check digits ``value`` has, if any. No number is refused for its century."""
    if len(value) == 12:
        return NumberKind.DUF if with_check_digits(value[:10]) == value else None
    # Which century it is does not matter here: 29 February is a day in some year of every century.
    if len(value) != 11 or all(_day_in(value, century + int(value[4:6])) is None for century in (1800, 1900, 2000)):
        return None
    day, month = int(value[:2]), int(value[2:4])
    if with_check_digits(value[:9]) == value:
        if day > D_NUMBER_DAY:
            return NumberKind.D_NUMBER
        return NumberKind.SSP if SSP_MONTH < month <= SSP_MONTH + 12 else NumberKind.NATIONAL_ID
    of_2032 = (with_check_digits_2032(value[:9], remainder=remainder) for remainder in NEW_REMAINDERS)
    if value in of_2032 and day <= D_NUMBER_DAY and not SSP_MONTH < month <= SSP_MONTH + 12:
        return NumberKind.NATIONAL_ID_2032
    return None


def _century(individual: int, year: int) -> int | None:
    """The century of a national id or an SSP number, by its three individual digits; None where the table has none."""
    if individual < 500 or (individual >= 900 and year >= 40):
        return 1900
    if year < 40:
        return 2000
    return 1800 if individual < 750 and year >= 54 else None


def _century_of_d_number(individual: int, year: int) -> int:
    """The century of a D-number, whose individual digits have meant other centuries since 2021 (Skatteetaten)."""
    if year < 40:
        return 1900 if individual < 200 else 2000
    return 1800 if 500 <= individual < 600 else 1900


def _day_in(value: str, year: int) -> date | None:
    """The day and month of an eleven-digit number in ``year``, if that is a day."""
    day, month = int(value[:2]), int(value[2:4])
    day -= D_NUMBER_DAY if day > D_NUMBER_DAY else 0
    month -= next((added for added in (SYNTHETIC_MONTH, SSP_MONTH) if added < month <= added + 12), 0)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _sum(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _digits(text: str) -> str:
    """The text without spaces and dashes of any kind: people write six digits, a space or a dash, then five."""
    return "".join(sign for sign in text if not (sign.isspace() or sign in _DASHES or category(sign) == "Pd"))
