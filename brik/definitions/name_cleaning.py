"""Names as other systems write them, cleaned: on one line, and without marks that turn the direction of a text."""

from __future__ import annotations

import unicodedata
from typing import Final

# Controls are written as a space, so that "Berg\tHansen" stays two words; what only steers the text is left out. The
# joiners of Arabic and Indic scripts are letters' own, and stay.
_JOINERS: Final = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
# Letters and signs by category, but invisible: fillers of Hangul and Braille.
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def is_visible(letter: str) -> bool:
    """Whether a reader sees anything of it standing alone."""
    return unicodedata.category(letter)[0] not in "CMZ" and letter not in _BLANK


def clean_name(text: str) -> str:
    """``text`` on one line, composed, with single spaces; empty where nothing of it is visible."""
    cleaned = " ".join("".join(map(_cleaned, text)).split())
    return unicodedata.normalize("NFC", cleaned) if any(map(is_visible, cleaned)) else ""


def _cleaned(letter: str) -> str:
    if letter in _BLANK:
        return ""
    if letter in _JOINERS:
        return letter
    match unicodedata.category(letter):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cf" | "Cs":
            return ""
        case _:
            return letter
