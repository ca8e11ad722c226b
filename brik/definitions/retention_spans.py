"""When each keeping is closed inside and when it is destroyed: one file a keeping in ``fixtures/retention``.

Each file has the sentence that promises it.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import assert_never

from brik.definitions import fixtures, languages, strict_yaml

FOLDER = fixtures.FOLDER / "retention"


class SpanStart(StrEnum):
    """From which moment a span counts."""

    # The person's release, while the person is not back.
    RELEASE = "release"
    # When the consent ended, for whatever cause.
    CONSENT_END = "consent_end"
    # When the interview was closed inside.
    LOCKED = "locked"
    # When the row itself was made.
    BEGAN = "began"
    # When the interview was begun, until it is signed off.
    UNFINISHED = "unfinished"
    # When it was done.
    DONE = "done"


class SpanUnit(StrEnum):
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True)
class Span:
    """After how long from which moment something is closed inside, or destroyed."""

    number: int
    unit: SpanUnit
    after: SpanStart

    def began_by(self, at: datetime) -> datetime:
        """What counts from this moment, or from an earlier one, is due at ``at``."""
        return self._moved(at, -self.number)

    def ends(self, began: datetime) -> datetime:
        """When what counts from ``began`` is due."""
        return self._moved(began, self.number)

    def _moved(self, at: datetime, number: int) -> datetime:
        match self.unit:
            case SpanUnit.DAYS:
                return at + timedelta(days=number)
            case SpanUnit.MONTHS:
                return _months_later(at, number)
            case SpanUnit.YEARS:
                return _months_later(at, 12 * number)
            case _:
                assert_never(self.unit)


@dataclass(frozen=True)
class Retention:
    """When one keeping is closed inside and destroyed, and how the texts say it in each language."""

    keeping: str
    # The first of its ends that comes closes it to everybody but the desk for insight; most keepings have none.
    restrict: tuple[Span, ...]
    destroy: tuple[Span, ...]
    sentences: Mapping[str, str]

    def restricted_from(self, start: SpanStart, began: datetime) -> datetime:
        """When it is closed inside, counted from a moment of this sort. Raises ``ValueError`` where none counts."""
        return min(span.ends(began) for span in self.restrict if span.after is start)

    def restricted_by(self, start: SpanStart, at: datetime) -> datetime:
        """What counts from this moment, or from an earlier one, is closed inside at ``at``. Raises as above."""
        return max(span.began_by(at) for span in self.restrict if span.after is start)


@cache
def retentions() -> Mapping[str, Retention]:
    """The spans of every keeping that ends by age, read once. Raises ``DefinitionError``."""
    return MappingProxyType(read(FOLDER))


def read(folder: Path) -> dict[str, Retention]:
    """The files of a folder by keeping.

    Raises:
        DefinitionError: a file is wrong, is not called after its keeping, lacks a language, or has a sentence that
            does not say the number of each span.
    """
    return {retention.keeping: retention for retention in map(_read, sorted(folder.glob("*.yaml")))}


def _read(path: Path) -> Retention:
    file = strict_yaml.read(path)
    parts = file.mapping(required=("keeping", "destroy", "sentences"), optional=("restrict",))
    keeping = parts["keeping"].text()
    if keeping != path.stem:
        raise parts["keeping"].error(f"the file must be called after its keeping, {keeping}.yaml")
    restrict, destroy = (_spans(parts[name]) if name in parts else () for name in ("restrict", "destroy"))
    sentences = parts["sentences"].mapping(required=languages.CODES)
    for entry in sentences.values():
        numbers = set(re.findall(r"\d+", entry.text()))
        if missing := sorted({str(span.number) for span in (*restrict, *destroy)} - numbers):
            raise entry.error(f"the sentence does not say {' and '.join(missing)}")
    said = {language: entry.text() for language, entry in sentences.items()}
    return Retention(keeping, restrict, destroy, MappingProxyType(said))


def _spans(entry: strict_yaml.Entry) -> tuple[Span, ...]:
    if not (spans := tuple(map(_span, entry.items()))):
        raise entry.error("a span is expected here")
    return spans


def _span(entry: strict_yaml.Entry) -> Span:
    parts = entry.mapping(required=("after",), optional=[unit.value for unit in SpanUnit])
    units = [unit for unit in SpanUnit if unit.value in parts]
    if len(units) != 1:
        raise entry.error("days, months or years are expected here, one of them")
    if (number := parts[units[0].value].integer()) <= 0:
        raise entry.error("a span is longer than nothing")
    try:
        after = SpanStart(parts["after"].text())
    except ValueError:
        raise parts["after"].error(f"one of {', '.join(SpanStart)} is expected here") from None
    return Span(number, units[0], after)


def _months_later(at: datetime, months: int) -> datetime:
    """The same time of day so many months later, or earlier; the last day of a month that is shorter."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)
