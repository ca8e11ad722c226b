"""How the text of a page is set: the styles of a document, and texts broken into lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brik.pdf.lines import TextLine
from brik.pdf.sheet import GREY, Column, Style

NOTE = Style(9, 12.5, colour=GREY, after=2)
CELL, HEAD_CELL = Style(9.5, 13), Style(9.5, 13, bold=True)
BULLET_INDENT, CELL_PADDING = 14.0, 5.0
# Texts of at most so many lines are not divided between two pages.
SHORT = 3


@dataclass(frozen=True)
class TextStyles:
    """How the text of a page is set."""

    body: Style
    answer: Style
    term: Style
    headings: Mapping[int, Style]


OPEN = TextStyles(
    body=Style(10.5, 15, after=6),
    answer=Style(10.5, 15),
    term=Style(10.5, 14.5, bold=True, before=5),
    headings={
        1: Style(20, 26, bold=True, after=10),
        2: Style(14, 19, bold=True, before=14, after=5),
        3: Style(11.5, 16, bold=True, before=9, after=3),
    },
)
# For a page that must hold much: smaller, and closer.
CLOSE = TextStyles(
    body=Style(9, 11.6, after=3),
    answer=Style(9, 11.6),
    term=Style(9, 11.6, bold=True, before=2.5),
    headings={
        1: Style(16, 20, bold=True, after=4),
        2: Style(11, 14, bold=True, before=5, after=2),
        3: Style(10, 13, bold=True, before=4, after=2),
    },
)


@dataclass(frozen=True)
class SetText:
    """A text broken into lines, of which none stands alone on a page."""

    lines: Sequence[TextLine]
    style: Style
    column: Column

    @property
    def height(self) -> float:
        return len(self.lines) * self.style.leading

    @property
    def together(self) -> int:
        """How many of the first lines stay on one page: two, or a short text as a whole."""
        return len(self.lines) if len(self.lines) <= SHORT else 2

    def start(self, below: float = 0) -> float:
        """The height of the first lines, and of what stays below the last one if it is among them."""
        return self.together * self.style.leading + (below if self.together == len(self.lines) else 0)
