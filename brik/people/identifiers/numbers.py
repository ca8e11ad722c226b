"""Identity numbers: national id, D-number, SSP and DUF, and how they are checked.

A D-number has 40 added to the day, an SSP number 20 to the month; a made-up (Tenor) number has 80 added to the
month. The first three carry two check digits modulo 11; a DUF number (year, six digits) carries one of two figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
DUF_WEIGHTS = (4, 6, 3, 2, 4, 6, 3, 2, 7, 5)
SYNTHETIC_MONTH = 80
SSP_MONTH = 20
D_NUMBER_DAY = 40


class NumberKind(StrEnum):
    """The values are those of the service's own messages about identity."""

    NATIONAL_ID = "FOEDSELSNUMMER"
    D_NUMBER = "DNUMMER"
    SSP = "SSPNUMMER"
    DUF = "DUFNUMMER"


# A person has at most one of each of these, and any number of DUF numbers.
SINGLE_VALUED = frozenset({NumberKind.NATIONAL_ID, NumberKind.D_NUMBER, NumberKind.SSP})
LABELS = {
    NumberKind.NATIONAL_ID: _("Fødselsnummer"),
    NumberKind.D_NUMBER: _("D-nummer"),
    NumberKind.SSP: _("SSP-nummer"),
    NumberKind.DUF: _("DUF-nummer"),
}


@dataclass(frozen=True, order=True)
class Number:
    """A number that has been checked."""

    kind: NumberKind
    value: str

    def __repr__(self) -> str:
        return f"<Number {self.kind}>"

    __str__ = __repr__


def check(kind: NumberKind, text: str, *, synthetic_allowed: bool) -> Number:
    """The number written in ``text``.

    Raises ``ValidationError`` when it is not a number of ``kind``; its sentence never repeats the number.
    """
    value = _digits(text)
    label = LABELS[kind]
    length = 12 if kind is NumberKind.DUF else 11
    if not (value.isascii() and value.isdigit()) or len(value) != length:
        raise _wrong(gettext("%(label)s skal ha %(length)s sifre.") % {"label": label, "length": length})
    if _kind_of(value) is not kind:
        raise _wrong(gettext("%(label)s er ikke gyldig. Sjekk at alle sifrene er riktige.") % {"label": label})
    if is_synthetic(value) and not synthetic_allowed:
        raise _wrong(
            gettext("%(label)s er et oppdiktet nummer, og kan bare brukes i demonstrasjoner.") % {"label": label}
        )
    return Number(kind, value)


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
    """The birthday in the number; None for a DUF number."""
    return None if number.kind is NumberKind.DUF else _birthday(number.value)


def with_check_digits(stem: str) -> str | None:
    """``stem`` (nine or ten digits) with its check digits; None where no check digits exist."""
    if len(stem) == 10:
        return stem + f"{_sum(stem, DUF_WEIGHTS) % 11:02d}"
    for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS):
        digit = -_sum(stem, weights) % 11
        if digit == 10:
            return None
        stem += str(digit)
    return stem


def _kind_of(value: str) -> NumberKind | None:
    """The kind whose form and check digits ``value`` has, if any."""
    if len(value) == 12:
        return NumberKind.DUF if with_check_digits(value[:10]) == value else None
    if len(value) != 11 or with_check_digits(value[:9]) != value or _birthday(value) is None:
        return None
    if int(value[:2]) > D_NUMBER_DAY:
        return NumberKind.D_NUMBER
    return NumberKind.SSP if SSP_MONTH < int(value[2:4]) <= SSP_MONTH + 12 else NumberKind.NATIONAL_ID


def _birthday(value: str) -> date | None:
    day, month, year, individual = int(value[:2]), int(value[2:4]), int(value[4:6]), int(value[6:9])
    day -= D_NUMBER_DAY if day > D_NUMBER_DAY else 0
    month -= next((added for added in (SYNTHETIC_MONTH, SSP_MONTH) if added < month <= added + 12), 0)
    if individual < 500 or (individual >= 900 and year >= 40):
        century = 1900
    elif year < 40:
        century = 2000
    elif individual < 750 and year >= 54:
        century = 1800
    else:
        return None
    try:
        return date(century + year, month, day)
    except ValueError:
        return None


def _sum(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _digits(text: str) -> str:
    """The text without spaces: people write six digits, a space, then five."""
    return "".join(text.split())
