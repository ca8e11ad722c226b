"""Breaks a paragraph into lines and each line into runs, left-to-right and right-to-left mixed.

Levels come from the Unicode bidirectional algorithm (python-bidi); a run is text of one font and one direction.
Widths are in 1/1000 em. Runs come in reading order, each with its position, so that the text in the file is in reading
order too.
"""

import unicodedata
from dataclasses import dataclass
from typing import Any

from bidi import algorithm

from brik.pdf.fonts import Face, Glyph, ShapedFont, printable

_RIGHT_TO_LEFT = ("R", "AL", "AN")
_BRACKETS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class TextRun:
    font: ShapedFont
    text: str
    x: float
    width: float
    # Empty for left-to-right text, which is drawn unshaped.
    glyphs: tuple[Glyph, ...] = ()


@dataclass(frozen=True)
class TextLine:
    runs: tuple[TextRun, ...]
    width: float
    # The line in reading order.
    text: str
    mixed: bool


def right_to_left(text: str) -> bool:
    """Whether the first letter with a direction is right-to-left."""
    for character in text:
        if (kind := unicodedata.bidirectional(character)) in ("L", "R", "AL"):
            return kind != "L"
    return False


class Typesetter:
    """Sets the texts of one document. Its cache of measured texts, which hold names, ends with it."""

    def __init__(self) -> None:
        self._measured: dict[tuple[ShapedFont, str, bool], tuple[float, tuple[Glyph, ...]]] = {}

    def break_lines(self, text: str, face: Face, width: float, *, from_right: bool) -> list[TextLine]:
        """The lines of a text in a column of this width; a word wider than the column is cut."""
        lines: list[TextLine] = []
        for piece in printable(text, face).split("\n"):
            levels = _levels(piece, int(from_right))
            spans = self._spans(piece, levels, face, width) or [(0, 0)]
            lines.extend(self._line(piece[start:end], levels[start:end], face) for start, end in spans)
        return lines

    def _spans(self, text: str, levels: list[int], face: Face, width: float) -> list[tuple[int, int]]:
        """The start and end of each line, without trailing spaces."""
        spans: list[tuple[int, int]] = []
        used = 0.0
        for first, last in _words(text):
            wide = self._width(text[first:last], levels[first:last], face)
            if spans:
                start, end = spans[-1]
                longer = used + wide + self._width(text[end:first], levels[end:first], face)
                if longer <= width:
                    spans[-1], used = (start, last), longer
                    continue
            spans.extend(self._cut(text, levels, face, (first, last), width) if wide > width else [(first, last)])
            start, end = spans[-1]
            used = self._width(text[start:end], levels[start:end], face)
        return spans

    def _cut(
        self, text: str, levels: list[int], face: Face, word: tuple[int, int], width: float
    ) -> list[tuple[int, int]]:
        """A word cut into parts that fit; at least one character each."""
        parts, start, used = [], word[0], 0.0
        for index in range(*word):
            wide = self._width(text[index], levels[index : index + 1], face)
            if index > start and used + wide > width:
                parts.append((start, index))
                start, used = index, 0.0
            used += wide
        return [*parts, (start, word[1])]

    def _measure(self, font: ShapedFont, text: str, from_right: bool) -> tuple[float, tuple[Glyph, ...]]:
        key = (font, text, from_right)
        if key not in self._measured:
            if from_right:
                glyphs = tuple(font.shape(text))
                self._measured[key] = (sum(glyph.advance for glyph in glyphs), glyphs)
            else:
                self._measured[key] = (float(font.stringWidth(text, 1000)), ())
        return self._measured[key]

    def _width(self, text: str, levels: list[int], face: Face) -> float:
        return sum(
            self._measure(face.font_for(text[start]), text[start:end], levels[start] % 2 == 1)[0]
            for start, end in _pieces(text, levels, face)
        )

    def _line(self, text: str, levels: list[int], face: Face) -> TextLine:
        pieces = _pieces(text, levels, face)
        x, placed = 0.0, {}
        for start, end in _visual_order(pieces, levels):
            font = face.font_for(text[start])
            width, glyphs = self._measure(font, text[start:end], levels[start] % 2 == 1)
            placed[start] = TextRun(font, text[start:end], x, width, glyphs)
            x += width
        return TextLine(tuple(placed[start] for start, _ in pieces), x, text, any(level % 2 for level in levels))


def _levels(text: str, base: int) -> list[int]:
    if not base and not any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return [0] * len(text)
    storage = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, "LR"[base]
    algorithm.get_embedding_levels(text, storage)
    for index, character in enumerate(storage["chars"]):
        character["index"] = index
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    _pair_brackets(storage["chars"], base)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    levels = [base] * len(text)
    for character in storage["chars"]:
        levels[character["index"]] = character["level"]
    return levels


def _pair_brackets(characters: list[dict[str, Any]], base: int) -> None:
    """Rule N0, which python-bidi lacks: both brackets of a pair get the same direction.

    It is the paragraph's if some text inside has it; else that of the text inside if the text before has it too.
    """
    along = "LR"[base]
    for first, last in _bracket_pairs(characters):
        inside = {_strong(character["type"]) for character in characters[first + 1 : last]} - {""}
        if not inside:
            continue
        before = next((kind for c in reversed(characters[:first]) if (kind := _strong(c["type"]))), along)
        direction = along if along in inside else before
        characters[first]["type"] = characters[last]["type"] = direction


def _strong(kind: str) -> str:
    """The direction of a character; numbers count as written from the right."""
    return "L" if kind == "L" else "R" if kind in ("R", "AL", "AN", "EN") else ""


def _bracket_pairs(characters: list[dict[str, Any]]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    waiting: list[tuple[str, int]] = []
    for index, character in enumerate(characters):
        sign = character["ch"]
        if sign in _BRACKETS:
            waiting.append((_BRACKETS[sign], index))
        while sign in [closing for closing, _ in waiting]:
            closing, first = waiting.pop()
            if closing == sign:
                pairs.append((first, index))
                break
    return sorted(pairs)


def _words(text: str) -> list[tuple[int, int]]:
    words: list[tuple[int, int]] = []
    first: int | None = None
    for index, character in enumerate([*text, " "]):
        if character == " ":
            if first is not None:
                words.append((first, index))
            first = None
        elif first is None:
            first = index
    return words


def _pieces(text: str, levels: list[int], face: Face) -> list[tuple[int, int]]:
    """Stretches of one font and one level."""
    if not any(levels) and face.plain.issuperset(text):
        return [(0, len(text))] if text else []
    pieces: list[tuple[int, int]] = []
    start, previous = 0, None
    for index, character in enumerate(text):
        key = (_font(character, previous, levels[index], face), levels[index])
        if previous is not None and key != previous:
            pieces.append((start, index))
            start = index
        previous = key
    return [*pieces, (start, len(text))] if text else []


def _font(character: str, previous: tuple[ShapedFont, int] | None, level: int, face: Face) -> ShapedFont:
    """Joiners and marks stay with the font of the letter before them."""
    joins = previous is not None and previous[1] == level and unicodedata.category(character) in ("Mn", "Cf")
    if previous is not None and joins and previous[0].has(character):
        return previous[0]
    return face.font_for(character)


def _visual_order(pieces: list[tuple[int, int]], levels: list[int]) -> list[tuple[int, int]]:
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
