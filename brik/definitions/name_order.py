"""The order of names in lists: the Norwegian alphabet, with æ, ø and å last, whatever order the database has.

As in the Norwegian rules of Unicode (CLDR): aa is å, ä is æ, ö is ø; other accents and case make no difference. Blanks
and signs come before letters. Names that differ in nothing else keep the order of their characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from brik.definitions.name_comparison import plain_letters

Row = TypeVar("Row")
# The three signs that follow z.
_LAST: Final = {"æ": "{", "ä": "{", "ǽ": "{", "ø": "|", "ö": "|", "œ": "|", "ǿ": "|", "å": "}", "aa": "}"}
_LAST_LETTERS: Final = re.compile(f"({'|'.join(_LAST)})")


def order_of(name: str) -> tuple[str, str]:
    """The key by which names are sorted."""
    parts = _LAST_LETTERS.split(unicodedata.normalize("NFC", name).lower())
    return "".join(_LAST.get(part) or plain_letters(part) for part in parts), name


def in_order(rows: Iterable[Row], name: Callable[[Row], str] = str) -> list[Row]:
    """The rows by name in Norwegian order; ``name`` gives the name of a row."""
    return sorted(rows, key=lambda row: order_of(name(row)))
