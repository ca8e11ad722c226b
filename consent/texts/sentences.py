"""Formats dates, names and lists for a sentence in the person's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.utils import translation
from django.utils.formats import date_format

from brik.definitions.languages import BY_CODE, RTL, Language

# Bokmål and nynorsk stand in each other's sentences unmarked.
NORWEGIAN: Final = (Language.BOKMAAL, Language.NYNORSK)
# The comma of every language: an item may be written in another language than the sentence.
_COMMAS = {language.list_marks.comma.strip() for language in Language}


def say_date(day: date, language: str) -> str:
    with translation.override(language):
        return date_format(day, "j. F Y" if language in NORWEGIAN else "j F Y")


def listed(items: Iterable[str], language: str) -> str:
    """A list with the comma of its language."""
    return BY_CODE[language].list_marks.comma.join(items)


def listed_apart(items: Iterable[str], language: str) -> str:
    """A list with semicolons where an item has a comma itself."""
    whole = list(items)
    if not any(comma in item for item in whole for comma in _COMMAS):
        return listed(whole, language)
    return BY_CODE[language].list_marks.semicolon.join(whole)


def norwegian(name: str, language: str) -> str:
    """A Norwegian name in a sentence of another language: marked as Norwegian on the screen (the filter ``names``) and
    on paper (``brik/pdf/directions.py``).
    """
    return name if language in NORWEGIAN else f"\u2066{name}\u2069"


def organisation(name: str, kind: str, language: str) -> str:
    """An organisation by its Norwegian name, with its kind in the language of the sentence."""
    return kind if name in kind else f"{kind} – {norwegian(name, language)}"


def isolated(value: str, language: str) -> str:
    """A name in a right-to-left sentence, isolated so that its brackets and digits keep their order."""
    return f"\u2068{value}\u2069" if BY_CODE[language].direction == RTL else value


def plain(text: str, **values: str) -> str:
    """A sentence with its placeholders filled and without the marks of emphasis."""
    return text.format(**values).replace("**", "")
