"""Whether a name typed as a signature resembles a known name of the person. If not, the page only asks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from brik.definitions.name_comparison import folded

# The similarity of two words that allows for a typing error.
_CLOSE = 0.75


def resembles(typed: str, names: Iterable[str]) -> bool:
    """Whether a word of ``typed`` resembles a word of ``names``, in any order, without regard to case and accents.

    True also where nothing can be compared: the name is in another script, or no name is known.
    """
    known_words = [word for name in names for word in _words(name)]
    typed_words = _words(typed)
    if not known_words or (typed_words and not _scripts(typed_words) & _scripts(known_words)):
        return True
    known_words.append("".join(known_words))
    return any(
        get_close_matches(word, known_words, n=1, cutoff=_CLOSE) for word in [*typed_words, "".join(typed_words)]
    )


def _words(name: str) -> list[str]:
    """The words of a name, folded and with double letters as one."""
    words = re.findall(r"[^\W\d_]+", folded(name))
    return [re.sub(r"(.)\1+", r"\1", word) for word in words]


def _scripts(words: Iterable[str]) -> set[str]:
    return {unicodedata.name(letter, "?").split()[0] for word in words for letter in word}
