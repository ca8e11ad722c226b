"""The one way to compare names: a name is the same whatever keyboard, alphabet's accents or order it was written with.

Two texts are the same name when their folded words are the same. Folding keeps nothing of case, accents, apostrophes,
hyphens, invisible marks and white space, and writes each letter that has no place on every keyboard in one way:
æ as ae, å and aa as a, ø and oe as o, the Sámi đ ŋ ŧ as d n t, the Turkish ı as i. Letters with an accent (č š ž,
ğ ş ç) lose it. That joins a few names that are two, such as Mo and Moe: it is for finding and asking, never for proof.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

_APOSTROPHES = frozenset("'`´‘’‚‛′‵＇ʹʻʼʽʾʿˈˊˋ΄᾽\u1ffdꞌ׳")
# Drawn as nothing, though no format characters: fillers of Hangul and Braille, a joiner, the stretch of Arabic letters.
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f\u0640")
_VARIANTS = ("VARIATION SELECTOR", "MONGOLIAN FREE VARIATION")
# Letters of their own, which Unicode does not take apart into another and an accent.
_PLAIN = {
    "æ": "ae", "ø": "o", "œ": "oe", "đ": "d", "ð": "d", "ŋ": "n", "ŧ": "t", "ı": "i", "ł": "l", "ħ": "h", "þ": "th",
    "ʒ": "z", "ǥ": "g",
}  # fmt: skip
# More letters than any names hold: what somebody sends must not fill the memory.
_REMEMBERED = 4096


class _Letters(dict[int, str]):
    """For ``str.translate``: what each letter becomes, whatever stands beside it. Filled as letters are met."""

    def __missing__(self, code: int) -> str:
        plain = _plain(chr(code))
        if len(self) < _REMEMBERED:
            self[code] = plain
        return plain


_LETTERS = _Letters()


def folded(text: str) -> str:
    """The words of a name as they are compared, with one space between them."""
    return " ".join(_shortened(_letters(text)).split())


def same_name(one: str, other: str) -> bool:
    """Whether two texts are the same name, its words in any order."""
    return sorted(folded(one).split()) == sorted(folded(other).split())


def find_same(name: str, names: Iterable[str]) -> str | None:
    """The first of ``names`` that is the same name, as it is written there."""
    words = sorted(folded(name).split())
    return next((known for known in names if words and sorted(folded(known).split()) == words), None)


def find_words(text: str, names: Sequence[str]) -> list[int]:
    """The places of those of ``names`` that hold every word of ``text``, or of a word a part, in any order.

    All names are folded at once: a search asks thousands.
    """
    words = _letters(text).split()
    lines = _letters_of_all(names)
    shortened = _shortened("\n".join(lines)).split("\n")
    places: Iterable[int] = range(len(lines)) if words else ()
    for word in words:
        short = _shortened(word)
        # As it was written too: "elsen" is a part of Joelsen, which is shortened to jolsen.
        places = [place for place in places if short in shortened[place] or word in lines[place]]
    return list(places)


def _letters(text: str) -> str:
    """Each letter by itself as it is compared."""
    plain = _norwegian(text)
    return plain if _is_plain(plain) else text.translate(_LETTERS)


def _letters_of_all(names: Sequence[str]) -> list[str]:
    lines = _norwegian("\n".join(names)).split("\n")
    if len(lines) != len(names):  # a name with a line break in it
        return [_letters(name) for name in names]
    return [line if _is_plain(line) else name.translate(_LETTERS) for line, name in zip(lines, names, strict=True)]


def _norwegian(text: str) -> str:
    """What becomes of Norwegian letters: all there are in most names of a Norwegian prison."""
    return text.lower().replace("æ", "ae").replace("ø", "o").replace("å", "a")


def _is_plain(text: str) -> bool:
    return text.isascii() and text.replace(" ", "").isalnum()


def _shortened(letters: str) -> str:
    """One letter for aa and oe, which stand for å and ø."""
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
