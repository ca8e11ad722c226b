"""What the extract is made of: sections with entries, each of lines. Screen, paper and data are made from the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format

from brik.mapping.questionnaire.labels import theme_name
from brik.mapping.questionnaire.themes import Theme


@dataclass(frozen=True)
class ExtractLine:
    """What is kept under ``term``. The page keeps a ``quote``, which others wrote, apart from the text around it."""

    term: str
    text: str = ""
    quote: str = ""

    @property
    def whole(self) -> str:
        """Text and quote on one line, for paper."""
        return " ".join(filter(None, (self.text, self.quote)))


@dataclass(frozen=True)
class ExtractLink:
    """A page that shows the thing itself: the name of its address, and the key of its row. On the screen only."""

    name: str
    key: UUID
    label: str


@dataclass(frozen=True)
class ExtractFile:
    """A file that is kept. It stands in the data as it is."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class ExtractEntry:
    """One thing that is kept: a talk, an interview, a message."""

    heading: str
    lines: tuple[ExtractLine, ...] = ()
    # Texts that were shown or given to the person, sentence by sentence.
    said: tuple[str, ...] = ()
    links: tuple[ExtractLink, ...] = ()
    files: tuple[ExtractFile, ...] = ()


@dataclass(frozen=True)
class ExtractTable:
    """Many things of one shape."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """Each row with the head of each cell, for narrow screens."""
        return [list(zip(self.header, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class ExtractSection:
    """A part of the extract. ``code`` names it in the data."""

    code: str
    title: str
    entries: tuple[ExtractEntry, ...] = ()
    intro: str = ""
    table: ExtractTable | None = None
    # Whether the page folds it: it is long, and seldom what is asked for.
    folded: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing of this kind is kept."""
        return not self.entries and not (self.table and self.table.rows)


def lines_of(texts: Mapping[str, str]) -> list[ExtractLine]:
    """A line for each term that has a text."""
    return [ExtractLine(term, text) for term, text in texts.items() if text]


def day_words(moment: date | None) -> str:
    """A day as it is read; empty without one."""
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment)
    return date_format(moment, "j. F Y") if moment else ""


def time_words(moment: datetime) -> str:
    """The time of a day as it is read."""
    return date_format(timezone.localtime(moment), "H.i")


def theme_words(themes: Iterable[str]) -> str:
    """The names of themes on one line."""
    return ", ".join(theme_name(Theme(theme)) for theme in themes)
