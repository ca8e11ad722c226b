"""How dates, names and lists stand in a sentence of the person's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import translation
from django.utils.formats import date_format

from consent.models import Language


def say_date(day: date, language: str) -> str:
    with translation.override(language):
        return date_format(day, "j. F Y" if language in ("nb", "nn") else "j F Y")


def listed(items: Iterable[str], language: str) -> str:
    """A list with the comma of its language."""
    return ("، " if language == Language.ARABIC else ", ").join(items)


def isolated(value: str, language: str) -> str:
    """A name as it stands in a sentence written from the right: its brackets and digits keep their own order."""
    return f"\u2068{value}\u2069" if language == Language.ARABIC else value


def plain(text: str, **values: str) -> str:
    """A sentence without the marks of emphasis, with its placeholders filled."""
    return text.format(**values).replace("**", "")
