"""Compares names without regard to keyboard, accents or word order. All rooms compare names in this way.

Two texts are the same name when their folded words are the same. Folding removes case, accents, apostrophes, hyphens,
invisible characters and extra spaces, and writes letters that some keyboards lack in one way: æ as ae, å and aa as a,
ø and oe as o, the Sámi đ ŋ ŧ as d n t, the Turkish ı as i. A few different names become equal, such as Mo and Moe:
the result may be used to find people and to ask, never as proof.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

_APOSTROPHES = frozenset("'`´‘’‚‛′‵＇ʹʻʼʽʾʿˈˊˋ΄᾽\u1ffdꞌ׳")
# Invisible, but not in Unicode's format category: fillers of Hangul and Braille, a joiner, the Arabic tatweel.
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f\u0640")
_VARIANTS = ("VARIATION SELECTOR", "MONGOLIAN FREE VARIATION")
# Letters that Unicode does not decompose into a letter and an accent.
_PLAIN = {
    "æ": "ae", "ø": "o", "œ": "oe", "đ": "d", "ð": "d", "ŋ": "n", "ŧ": "t", "ı": "i", "ł": "l", "ħ": "h", "þ": "th",
    "ʒ": "z", "ǥ": "g",
}  # fmt: skip
# A shorter word would be found across the two names of too many people.
_LONGER_WORD = 5
# The most letters to cache: a request must not fill the memory.
_REMEMBERED = 4096


class _Letters(dict[int, str]):
    """For ``str.translate``: the folded form of each letter, computed at its first use."""

    def __missing__(self, code: int) -> str:
        plain = _plain(chr(code))
        if len(self) < _REMEMBERED:
            self[code] = plain
        return plain


_LETTERS = _Letters()


def folded(text: str) -> str:
    """The folded words of a name, with one space between them."""
    return " ".join(_shortened(plain_letters(text)).split())


def same_name(name: str, other: str) -> bool:
    """Whether two texts are the same name, its words in any order."""
    return sorted(folded(name).split()) == sorted(folded(other).split())


def find_same(name: str, names: Iterable[str]) -> str | None:
    """The first of ``names`` that is the same name as ``name``; None if there is none."""
    words = sorted(folded(name).split())
    return next((candidate for candidate in names if words and sorted(folded(candidate).split()) == words), None)


def find_words(text: str, names: Sequence[str]) -> list[int]:
    """The indices of the ``names`` that contain every word of ``text``, whole or as a part of a word, in any order.

    A longer word is also found where the name writes it as two: "Annemarie" in Anne-Marie, "O'Connor" in O Connor.
    Folds all names together, since a search compares thousands.
    """
    words = plain_letters(text).split()
    lines = _letters_of_all(names)
    whole = _shortened("\n".join(lines))
    shortened, unspaced = whole.split("\n"), whole.replace(" ", "").split("\n")
    places: Iterable[int] = range(len(lines)) if words else ()
    for word in words:
        short = _shortened(word)
        # Also unshortened: "elsen" is a part of Joelsen, which is shortened to jolsen.
        spellings = unspaced if len(short) >= _LONGER_WORD else shortened
        places = [place for place in places if short in spellings[place] or word in lines[place]]
    return list(places)


def plain_letters(text: str) -> str:
    """The text with each letter folded by itself."""
    plain = _norwegian(text)
    return plain if _is_plain(plain) else text.translate(_LETTERS)


def _letters_of_all(names: Sequence[str]) -> list[str]:
    lines = _norwegian("\n".join(names)).split("\n")
    if len(lines) != len(names):  # a name with a line break in it
        return [plain_letters(name) for name in names]
    return [line if _is_plain(line) else name.translate(_LETTERS) for line, name in zip(lines, names, strict=True)]


def _norwegian(text: str) -> str:
    """The text with only case and Norwegian letters folded, which is enough for most names."""
    return text.lower().replace("æ", "ae").replace("ø", "o").replace("å", "a")


def _is_plain(text: str) -> bool:
    return text.isascii() and text.replace(" ", "").isalnum()


def _shortened(letters: str) -> str:
    """The text with aa (for å) and oe (for ø) as one letter."""
    for double, single in (("aa", "a"), ("oe", "o")):
        while double in letters:
            letters = letters.replace(double, single)
    return letters


def _plain(letter: str) -> str:
    if letter in _APOSTROPHES or letter in _FILLERS:
        return ""
    letters, before = letter, ""
    while letters != before:
        before, letters = letters, unicodedata.normalize("NFKD", letters.casefold())
    if letters != letter:
        return "".join(_PLAIN.get(part) or _plain(part) for part in letters)
    if letters in _PLAIN:
        return _PLAIN[letters]
    category = unicodedata.category(letter)
    if unicodedata.combining(letter) or category == "Cf" or unicodedata.name(letter, "").startswith(_VARIANTS):
        return ""
    return " " if category[0] in "PZ" or category == "Cc" else letter
