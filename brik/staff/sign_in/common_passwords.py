"""Refuses the passwords that everybody tries: words of the house or of any list, with digits and signs around them.

A long password may be as easily guessed as a short one: ``Sommer2026!!`` has twelve characters.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# What must be left when words, years and rows of characters are taken away.
_LEAST_OWN_CHARACTERS = 6
_SIGNS_FOR_LETTERS = str.maketrans("0134578@$!€", "oieastbasie")
_YEAR = re.compile(r"(19|20)\d\d")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyzæøå",
    "01234567890",
    "qwertyuiopå",
    "asdfghjkløæ",
    "zxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
)
_ROW_LENGTH = 3


@cache
def _words() -> tuple[str, ...]:
    """The words, the longest first."""
    text = (Path(__file__).parent / "common_words.txt").read_text(encoding="utf-8")
    return tuple(sorted(set(text.split()), key=lambda word: (-len(word), word)))


class NotCommon(CommonPasswordValidator):
    """Django's list, also with signs for letters and digits around a word; and the words of the house."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ``ValidationError`` for a password that is on the list, or is made of what is on the lists."""
        plain = password.casefold().strip()
        spelled = plain.translate(_SIGNS_FOR_LETTERS)
        forms = {plain, *(re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text) for text in (plain, spelled))}
        if forms & self.passwords or any(_own_characters(text) < _LEAST_OWN_CHARACTERS for text in (plain, spelled)):
            raise ValidationError(self.get_error_message(), code="password_too_common")

    def get_error_message(self) -> str:
        return _("Passordet er lett å gjette. Velg for eksempel fire ord som ikke hører sammen.")


def _own_characters(text: str) -> int:
    """How many different characters of ``text`` are in no word of the list, no year and no row."""
    for word in _words():
        text = text.replace(word, " ")
    text = _YEAR.sub(" ", text)
    for row in _ROWS:
        for line in (row, row[::-1]):
            for length in range(len(line), _ROW_LENGTH - 1, -1):
                for start in range(len(line) - length + 1):
                    text = text.replace(line[start : start + length], " ")
    return len({character for character in text if character.isalnum()})
