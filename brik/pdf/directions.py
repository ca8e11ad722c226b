"""The direction of each letter of a text, by the Unicode bidirectional algorithm.

python-bidi orders the text; it knows neither isolates nor pairs of brackets, which are here.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bidi import algorithm

# Around a Norwegian name in a sentence of another language, as on the screen.
NORWEGIAN: Final = "\u2066"
# Around a text whose first letter says its direction.
OWN_DIRECTION: Final = "\u2068"
END: Final = "\u2069"
# The third kind, which turns a text around, is never kept: a name in it would read differently from what is stored.
ISOLATES: Final = frozenset((NORWEGIAN, OWN_DIRECTION, END))
_RIGHT_TO_LEFT: Final = ("R", "AL", "AN")
_BRACKETS: Final = {"(": ")", "[": "]", "{": "}"}
# As deep as the algorithm goes; what lies deeper is taken as it comes.
_DEEPEST: Final = 124
# Neutral, as the algorithm demands of what stands for an isolate.
_PLACE: Final = "\ufffc"


@dataclass(frozen=True)
class DirectedText:
    """A text without the signs of its isolates: of each letter its level, and whether it is of a Norwegian name."""

    text: str
    levels: Sequence[int]
    norwegian: Sequence[bool]

    def part(self, start: int, end: int) -> "DirectedText":
        return DirectedText(self.text[start:end], self.levels[start:end], self.norwegian[start:end])


def right_to_left(text: str) -> bool:
    """Whether the first letter with a direction is right-to-left."""
    for character in text:
        if (kind := unicodedata.bidirectional(character)) in ("L", "R", "AL"):
            return kind != "L"
    return False


def directed(text: str, *, from_right: bool) -> DirectedText:
    """The levels of one paragraph."""
    if ISOLATES.isdisjoint(text):
        return DirectedText(text, _levels(text, int(from_right)), [False] * len(text))
    signs = list(_signs(text, base=int(from_right), depth=0, norwegian=False))
    return DirectedText(
        "".join(sign for sign, _, _ in signs), [level for _, level, _ in signs], [name for _, _, name in signs]
    )


def _signs(text: str, *, base: int, depth: int, norwegian: bool) -> Iterator[tuple[str, int, bool]]:
    """The letters with their levels. ``base`` is the direction of this text, ``depth`` the even level it lies in."""
    outer, insides = _taken_out(text) if depth < _DEEPEST else ("".join(filter(_is_letter, text)), {})
    for index, level in enumerate(_levels(outer, base)):
        if index not in insides:
            yield outer[index], level + depth, norwegian
            continue
        opening, inside = insides[index]
        own = 0 if opening == NORWEGIAN else int(right_to_left(inside))
        deeper = depth if own > base else depth + 2
        yield from _signs(inside, base=own, depth=deeper, norwegian=norwegian or opening == NORWEGIAN)


def _taken_out(text: str) -> tuple[str, dict[int, tuple[str, str]]]:
    """The text with one neutral sign for each isolate, and by its place the opening sign and the text of the isolate.

    Signs without a partner are left out.
    """
    outer: list[str] = []
    insides: dict[int, tuple[str, str]] = {}
    index = 0
    while index < len(text):
        end = _end_of(text, index) if text[index] in ISOLATES else None
        if end is not None:
            insides[len(outer)] = (text[index], text[index + 1 : end])
            outer.append(_PLACE)
            index = end
        elif text[index] not in ISOLATES:
            outer.append(text[index])
        index += 1
    return "".join(outer), insides


def _is_letter(sign: str) -> bool:
    return sign not in ISOLATES


def _end_of(text: str, start: int) -> int | None:
    """Where the isolate that begins here ends."""
    open_isolates = 0
    for index in range(start, len(text)):
        if text[index] == END:
            open_isolates -= 1
        elif text[index] in ISOLATES:
            open_isolates += 1
        if open_isolates <= 0:
            return index if index > start else None
    return None


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
