"""Breaks a paragraph into lines and each line into runs, left-to-right and right-to-left mixed.

A run is text of one font and one direction. Widths are in 1/1000 em. Runs come in reading order, each with its
position, so that the text in the file is in reading order too.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from brik.pdf.directions import ISOLATES, DirectedText, directed
from brik.pdf.fonts import Face, Glyph, ShapedFont, printable

# "30. november 2026", "30 November 2026", "30 نوفمبر 2026": a day is never divided between two lines.
_DAY: Final = re.compile(r"(?<!\d)\d{1,2}\.? [^\s\d]+ \d{4}(?!\d)")


@dataclass(frozen=True)
class TextRun:
    font: ShapedFont
    text: str
    x: float
    width: float
    # Empty for text that is drawn unshaped.
    glyphs: tuple[Glyph, ...] = ()
    norwegian: bool = False


@dataclass(frozen=True)
class TextStretch:
    """Neighbouring runs of a line that are in one language."""

    runs: tuple[TextRun, ...]
    norwegian: bool

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def shaped(self) -> bool:
        return any(run.glyphs for run in self.runs)


@dataclass(frozen=True)
class TextLine:
    runs: tuple[TextRun, ...]
    width: float
    # The line in reading order.
    text: str

    @property
    def stretches(self) -> list[TextStretch]:
        return [TextStretch(tuple(runs), name) for name, runs in groupby(self.runs, key=lambda run: run.norwegian)]


class Typesetter:
    """Sets the texts of one document. Its cache of measured texts, which hold names, ends with it."""

    def __init__(self, document: Any = None) -> None:
        self._document = self if document is None else document
        self._measured: dict[tuple[ShapedFont, str, bool], tuple[float, tuple[Glyph, ...]]] = {}

    def break_lines(self, text: str, face: Face, width: float, *, from_right: bool) -> list[TextLine]:
        """The lines of a text in a column of this width; a word wider than the column is cut."""
        lines: list[TextLine] = []
        for piece in printable(text, face, keep=ISOLATES).split("\n"):
            paragraph = directed(piece, from_right=from_right)
            spans = self._spans(paragraph, face, width) or [(0, 0)]
            lines.extend(self._line(paragraph.part(start, end), face) for start, end in spans)
        return lines

    def _spans(self, paragraph: DirectedText, face: Face, width: float) -> list[tuple[int, int]]:
        """The start and end of each line, without trailing spaces."""
        spans: list[tuple[int, int]] = []
        used = 0.0
        for first, last in self._words(paragraph, face, width):
            wide = self._width(paragraph.part(first, last), face)
            if spans:
                start, end = spans[-1]
                longer = used + wide + self._width(paragraph.part(end, first), face)
                if longer <= width:
                    spans[-1], used = (start, last), longer
                    continue
            spans.extend(self._cut(paragraph, face, (first, last), width) if wide > width else [(first, last)])
            start, end = spans[-1]
            used = self._width(paragraph.part(start, end), face)
        return spans

    def _words(self, paragraph: DirectedText, face: Face, width: float) -> Iterator[tuple[int, int]]:
        """What is not divided if it fits on a line: words, and days."""
        words = _words(paragraph.text)
        for day in reversed([match.span() for match in _DAY.finditer(paragraph.text)]):
            inside = [place for place, (first, last) in enumerate(words) if first < day[1] and last > day[0]]
            whole = (words[inside[0]][0], words[inside[-1]][1])
            if self._width(paragraph.part(*whole), face) <= width:
                words[inside[0] : inside[-1] + 1] = [whole]
        yield from words

    def _cut(self, paragraph: DirectedText, face: Face, word: tuple[int, int], width: float) -> list[tuple[int, int]]:
        """A word cut into parts that fit; at least one character each, and its marks."""
        parts, start, used = [], word[0], 0.0
        for index in range(*word):
            wide = self._width(paragraph.part(index, index + 1), face)
            is_mark = unicodedata.category(paragraph.text[index]).startswith("M")
            if index > start and used + wide > width and not is_mark:
                parts.append((start, index))
                start, used = index, 0.0
            used += wide
        return [*parts, (start, word[1])]

    def _measure(self, font: ShapedFont, text: str, from_right: bool) -> tuple[float, tuple[Glyph, ...]]:
        key = (font, text, from_right)
        if key not in self._measured:
            if from_right or font.shaped_from_left:
                glyphs = tuple(font.shape(text, self._document, from_right=from_right))
                self._measured[key] = (sum(glyph.advance for glyph in glyphs), glyphs)
            else:
                self._measured[key] = (float(font.stringWidth(text, 1000)), ())
        return self._measured[key]

    def _width(self, part: DirectedText, face: Face) -> float:
        return sum(
            self._measure(face.font_for(part.text[start]), part.text[start:end], part.levels[start] % 2 == 1)[0]
            for start, end in _pieces(part, face)
        )

    def _line(self, part: DirectedText, face: Face) -> TextLine:
        pieces = _pieces(part, face)
        x, placed = 0.0, {}
        for start, end in _visual_order(pieces, part.levels):
            font, text = face.font_for(part.text[start]), part.text[start:end]
            width, glyphs = self._measure(font, text, part.levels[start] % 2 == 1)
            placed[start] = TextRun(font, text, x, width, glyphs, part.norwegian[start])
            x += width
        return TextLine(tuple(placed[start] for start, _ in pieces), x, part.text)


def _words(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer("[^ ]+", text)]


def _pieces(part: DirectedText, face: Face) -> list[tuple[int, int]]:
    """Stretches of one font, one level and one language."""
    text, levels = part.text, part.levels
    if not any(levels) and face.plain.issuperset(text):
        return [(0, len(text))] if text else []
    pieces: list[tuple[int, int]] = []
    start, previous = 0, None
    for index, character in enumerate(text):
        key = (_font(character, previous, levels[index], face), levels[index], part.norwegian[index])
        if previous is not None and key != previous:
            pieces.append((start, index))
            start = index
        previous = key
    return [*pieces, (start, len(text))] if text else []


def _font(character: str, previous: tuple[ShapedFont, int, bool] | None, level: int, face: Face) -> ShapedFont:
    """Joiners and marks stay with the font of the letter before them."""
    joins = previous is not None and previous[1] == level and unicodedata.category(character) in ("Mn", "Cf")
    if previous is not None and joins and previous[0].has(character):
        return previous[0]
    return face.font_for(character)


def _visual_order(pieces: list[tuple[int, int]], levels: Sequence[int]) -> list[tuple[int, int]]:
    """Rule L2 on whole pieces: from the highest level to level 1, reverse each row of pieces at or above it."""
    order = list(pieces)
    highest = max((levels[start] for start, _ in pieces), default=0)
    for level in range(highest, 0, -1):
        index = 0
        while index < len(order):
            stop = index
            while stop < len(order) and levels[order[stop][0]] >= level:
                stop += 1
            order[index:stop] = reversed(order[index:stop])
            index = max(stop, index + 1)
    return order
