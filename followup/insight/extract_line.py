"""One line of the extract: a term, and what is kept under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ExtractLine:
    """What is kept under ``term``. The page keeps a ``quote``, which others wrote, apart from the text around it."""

    term: str
    text: str = ""
    quote: str = ""


def lines_of(texts: Mapping[str, str]) -> list[ExtractLine]:
    """A line for each term that has a text."""
    return [ExtractLine(term, text) for term, text in texts.items() if text]
