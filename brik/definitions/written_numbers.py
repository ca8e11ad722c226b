"""Numbers as people write them: in the digits of any script, with blanks, dashes, dots or line breaks between them.

A national id, a D-number or an account number has eleven digits. In a free text it may belong to somebody who was never
asked, so it is found however it is written.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Eleven digits in the groups of a birthday and a personal number, which are also those of an account number; with the
# century too; digit by digit; an account number as an IBAN. Other groups are telephone numbers, dates and sums.
_ELEVEN_DIGITS: Final = re.compile(
    r"(?<!\d)(?:\d\d ?\d\d ?\d\d ?\d{3} ?\d\d|\d\d ?\d\d ?\d{4} \d{3} ?\d\d)(?!\d)"
    r"|(?<!\d)(?<!\d )\d(?: \d){10}(?! ?\d)"
    r"|(?<!\w)no ?\d\d ?\d{4} ?\d{4} ?\d{3}(?!\d)",
    re.ASCII,
)


def holds_eleven_digits(text: str) -> bool:
    """Whether a number of eleven digits stands in the text, as a national id or an account number is written."""
    return _ELEVEN_DIGITS.search(plain(text)) is not None


def plain(text: str) -> str:
    """Small letters and the digits 0 to 9, with one space for all that stands between them; nothing invisible."""
    return " ".join("".join(map(_plain, text.lower())).split())


def joined(text: str) -> str:
    """The text without what may stand between the digits of one number: blanks, dashes, dots, slashes."""
    return "".join(sign for sign in text if not _stands_between(sign))


def _plain(sign: str) -> str:
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    match unicodedata.category(sign):
        case "Cf" | "Mn" | "Me":  # invisible, or around the sign before it
            return ""
        case category if category[0] in "LN" or category == "Mc":
            return sign
        case _:
            return " "


def _stands_between(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category[0] in "ZP" or category in {"Cc", "Cf", "Sm"}  # the minus sign is one of mathematics
