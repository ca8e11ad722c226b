"""The words of the line to a recipient, from the texts of the talk.

The texts of the two kinds say the same here, so that the line does not tell whether somebody is convicted or on remand.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from brik.people.legal_status import MAPPED
from consent.texts import catalogue

# The language the texts are written in first.
SOURCE = "nb"


def words(language: str) -> dict[str, Any]:
    """The words in this language, else in bokmål: those in use, else the newest of the files.

    A line must be told also where no text is in use any longer.
    """
    for kind in MAPPED:
        texts = catalogue.current(kind)
        text = texts.get(language) or texts.get(SOURCE)
        if text is not None and "notice" in text.body:
            notice: dict[str, Any] = text.body["notice"]
            return notice
    return _of_files().get(language) or _of_files()[SOURCE]


@cache
def _of_files() -> dict[str, dict[str, Any]]:
    newest = catalogue.newest_of(catalogue.read(catalogue.FOLDER)).values()
    return {content["language"]: content["body"]["notice"] for content in newest}
