"""The layout of a message's answers on a page: rows split into their parts, and areas with their themes.

It adds no words: every word comes from the message.
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
    """One line of an answer. ``parts`` has the labels and texts of a row of a repeating question."""

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
    """An area of a message. ``themes`` is empty when the title already names them."""

    code: str
    title: str
    themes: list[str]
    answers: list[MessageAnswer]


def areas(message: dict[str, Any]) -> list[MessageArea]:
    """The areas of a message, in its order."""
    form = form_of(message)
    return [
        MessageArea(
            area["kode"],
            area["tittel"],
            themes_beside(form, area["tittel"], [answer["linkId"] for answer in area["svar"]]),
            [
                MessageAnswer(
                    answer["tekst"],
                    lines_of(form, answer["linkId"], answer["vist"]),
                    source_words(answer["kilde"]),
                    urgent=answer.get("haster", False),
                )
                for answer in area["svar"]
            ],
        )
        for area in message["omraader"]
    ]


def themes_beside(form: Questionnaire, title: str, link_ids: Iterable[str]) -> list[str]:
    """The themes of these answers of an area; none when the title says the same."""
    themes = themes_answered(form, link_ids)
    return [] if {THEME_LABELS[Theme(theme)]["nb"] for theme in themes} == {title} else theme_labels(themes)


def lines_of(form: Questionnaire, link_id: str, lines: Iterable[str]) -> list[AnswerLine]:
    """The lines of an answer; the rows of a repeating question are split into their parts."""
    question = form.question(link_id)
    columns = question.fields if question is not None else ()
    labels = [set(column.text.values()) for column in columns]
    return [AnswerLine(line, _parts(line, labels)) for line in lines]


def _parts(line: str, labels: list[set[str]]) -> list[tuple[str, str]]:
    """The labels and texts of a row; none when the text itself seems to contain a label."""
    all_labels = sorted(set().union(*labels), key=len, reverse=True)
    if not all_labels:
        return []
    pieces = re.split(rf"(?:^|; )({'|'.join(map(re.escape, all_labels))}): ", line)
    parts = list(zip(pieces[1::2], pieces[2::2], strict=True))
    columns = [next(at for at, names in enumerate(labels) if label in names) for label, _ in parts]
    return parts if pieces[0] == "" and columns == sorted(set(columns)) else []
