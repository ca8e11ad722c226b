"""How dates, names and lists stand in a sentence of the person's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import translation
from django.utils.formats import date_format

from brik.definitions.languages import BY_CODE, RTL, Language


def say_date(day: date, language: str) -> str:
    with translation.override(language):
        return date_format(day, "j. F Y" if language in (Language.BOKMAAL, Language.NYNORSK) else "j F Y")


def listed(items: Iterable[str], language: str) -> str:
    """A list with the comma of its language."""
    return ("، " if language == Language.ARABIC else ", ").join(items)


def listed_apart(items: Iterable[str], language: str) -> str:
    """A list of items that may hold commas themselves, as a name with what it is beside it."""
    whole = list(items)
    if not any(comma in item for item in whole for comma in ",،"):
        return listed(whole, language)
    return ("؛ " if language == Language.ARABIC else "; ").join(whole)


def norwegian(name: str, language: str) -> str:
    """A Norwegian name in a sentence written from the right; on the screen it is marked as Norwegian (``names``)."""
    return f"\u2066{name}\u2069" if BY_CODE[language].direction == RTL else name


def organisation(name: str, kind: str, language: str) -> str:
    """An organisation keeps its Norwegian name in every language; what it is stands beside it."""
    return kind if name in kind else f"{kind} – {norwegian(name, language)}"


def isolated(value: str, language: str) -> str:
    """A name as it stands in a sentence written from the right: its brackets and digits keep their own order."""
    return f"\u2068{value}\u2069" if BY_CODE[language].direction == RTL else value


def plain(text: str, **values: str) -> str:
    """A sentence without the marks of emphasis, with its placeholders filled."""
    return text.format(**values).replace("**", "")
