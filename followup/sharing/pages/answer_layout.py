"""The answers of a message laid out for the eye: rows taken apart, and areas that say which themes they tell of.

Only how it looks: every word is the message's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from brik.mapping.questionnaire.structure import Questionnaire
from brik.mapping.questionnaire.themes import THEME_LABELS, Theme
from followup.sharing.pages.plain_words import form_of, source_words, theme_labels, themes_answered


@dataclass(frozen=True)
class AnswerLine:
    """One line of an answer; the row of a repeating question also as labels with their texts."""

    line: str
    parts: list[tuple[str, str]]


@dataclass(frozen=True)
class MessageAnswer:
    """One answer of a message."""

    text: str
    shown: list[AnswerLine]
    source: str
    # Stands first, and is marked.
    urgent: bool = False


@dataclass(frozen=True)
class MessageArea:
    """An area of a message. ``themes`` are named where its own title does not name them."""

    code: str
    title: str
    themes: list[str]
    answers: list[MessageAnswer]


def areas(message: dict[str, Any]) -> list[MessageArea]:
    """What a message says, in the order it says it."""
    form = form_of(message)
    return [
        MessageArea(
            area["kode"],
            area["tittel"],
            themes_beside(form, area["tittel"], [answer["linkId"] for answer in area["svar"]]),
            [
                MessageAnswer(
                    answer["tekst"],
                    said(form, answer["linkId"], answer["vist"]),
                    source_words(answer["kilde"]),
                    urgent=answer.get("haster", False),
                )
                for answer in area["svar"]
            ],
        )
        for area in message["omraader"]
    ]


def themes_beside(form: Questionnaire, title: str, link_ids: Iterable[str]) -> list[str]:
    """The themes these answers of an area are about, unless the title says just that."""
    themes = themes_answered(form, link_ids)
    return [] if {THEME_LABELS[Theme(theme)]["nb"] for theme in themes} == {title} else theme_labels(themes)


def said(form: Questionnaire, link_id: str, lines: Iterable[str]) -> list[AnswerLine]:
    """The lines of an answer, the rows of a repeating question taken apart."""
    question = form.question(link_id)
    columns = question.fields if question is not None else ()
    labels = [set(column.text.values()) for column in columns]
    return [AnswerLine(line, _parts(line, labels)) for line in lines]


def _parts(line: str, labels: list[set[str]]) -> list[tuple[str, str]]:
    """The row as labels and texts in the order of its columns; nothing where somebody wrote what looks like a label."""
    known = sorted(set().union(*labels), key=len, reverse=True)
    if not known:
        return []
    found = re.split(rf"(?:^|; )({'|'.join(map(re.escape, known))}): ", line)
    parts = list(zip(found[1::2], found[2::2], strict=True))
    columns = [next(at for at, names in enumerate(labels) if label in names) for label, _ in parts]
    return parts if found[0] == "" and columns == sorted(set(columns)) else []
