"""Whether a name that was typed as a signature is like a name the person is known by. It decides nothing: it asks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from brik.definitions.name_comparison import folded

# How like two words must be, so that a slip of the finger is no other name.
_CLOSE = 0.75


def resembles(typed: str, names: Iterable[str]) -> bool:
    """Whether one word of ``typed`` is like one of ``names``: in any order, without regard to case and accents.

    Names in another script than those known cannot be compared, and nothing can where no name is known: then nobody
    is told that theirs is unlike.
    """
    known = [word for name in names for word in _words(name)]
    given = _words(typed)
    if not known or (given and not _scripts(given) & _scripts(known)):
        return True
    known.append("".join(known))
    return any(get_close_matches(word, known, n=1, cutoff=_CLOSE) for word in [*given, "".join(given)])


def _words(name: str) -> list[str]:
    """The words of a name as they sound: folded, with one letter for a double one."""
    words = re.findall(r"[^\W\d_]+", folded(name))
    return [re.sub(r"(.)\1+", r"\1", word) for word in words]


def _scripts(words: Iterable[str]) -> set[str]:
    return {unicodedata.name(letter, "?").split()[0] for word in words for letter in word}
