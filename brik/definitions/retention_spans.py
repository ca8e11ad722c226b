"""How long each keeping is kept: one file a keeping in ``fixtures/retention``, with the sentence that promises it."""

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


class SpanUnit(StrEnum):
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True)
class Span:
    """After how long from which moment something is destroyed."""

    number: int
    unit: SpanUnit
    after: SpanStart

    def began_by(self, at: datetime) -> datetime:
        """What counts from this moment, or from an earlier one, is due at ``at``."""
        match self.unit:
            case SpanUnit.DAYS:
                return at - timedelta(days=self.number)
            case SpanUnit.MONTHS:
                return _months_before(at, self.number)
            case SpanUnit.YEARS:
                return _months_before(at, 12 * self.number)
            case _:
                assert_never(self.unit)


@dataclass(frozen=True)
class Retention:
    """How long one keeping is kept, and how the consent texts say it in each language."""

    keeping: str
    spans: tuple[Span, ...]
    sentences: Mapping[str, str]


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
    parts = file.mapping(required=("keeping", "destroy", "sentences"))
    keeping = parts["keeping"].text()
    if keeping != path.stem:
        raise parts["keeping"].error(f"the file must be called after its keeping, {keeping}.yaml")
    spans = tuple(_span(entry) for entry in parts["destroy"].items())
    if not spans:
        raise parts["destroy"].error("a span is expected here")
    sentences = parts["sentences"].mapping(required=languages.CODES)
    for entry in sentences.values():
        numbers = set(re.findall(r"\d+", entry.text()))
        if missing := sorted({str(span.number) for span in spans} - numbers):
            raise entry.error(f"the sentence does not say {' and '.join(missing)}")
    said = {language: entry.text() for language, entry in sentences.items()}
    return Retention(keeping, spans, MappingProxyType(said))


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


def _months_before(at: datetime, months: int) -> datetime:
    """The same time of day so many months earlier; the last day of a month that is shorter."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)
