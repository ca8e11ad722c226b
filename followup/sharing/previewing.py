"""What the officer looks at before sharing: the answers of the message, and those that could go with a tick."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Any

from brik.mapping.models import Mapping
from brik.mapping.questionnaire import Questionnaire
from brik.mapping.walk import tickable, walk
from brik.people.models import Organisation
from consent.recipients import LETTERS
from followup.sharing import grounds, payload
from followup.sharing.reading import source_words
from followup.sharing.said import Said, said, themes_beside


@dataclass(frozen=True)
class Tick:
    """An answered question that this recipient gets only with a tick of its own."""

    link_id: str
    text: str
    shown: list[str]
    own_tick: bool
    free_text: bool


@dataclass(frozen=True)
class Line:
    """An answer on the page: it goes out, or would with a tick."""

    text: str
    shown: list[Said]
    source: str
    tick: str
    goes: bool
    # Whether its box is ticked. An answer may go out in part, its free text only with the tick.
    ticked: bool
    # What more would go out with the tick.
    more: list[Said]


@dataclass(frozen=True)
class PreviewArea:
    code: str
    title: str
    # Named where the title does not name them.
    themes: list[str]
    lines: list[Line]


def ticks(mapping: Mapping, *, organisation: Organisation) -> list[Tick]:
    """What could be ticked, in the order it was asked. Raises as ``composing.compose``."""
    themes = frozenset(grounds.covered(mapping, organisation))
    form, sections = grounds.opened(mapping)
    own, texts = tickable(form, sections, themes=themes, recipient=LETTERS[organisation.kind])
    wanted = {question.link_id for question in [*own, *texts]}
    answers = {answer.link_id: answer for area in walk(form, sections) for answer in payload.said(area)}
    return [
        Tick(
            question.link_id,
            answers[question.link_id].text,
            payload.shown(answers[question.link_id]),
            own_tick=question in own,
            free_text=question in texts,
        )
        for question in form.questions()
        if question.link_id in wanted and question.link_id in answers
    ]


def laid_out(
    form: Questionnaire, message: dict[str, Any], offered: Iterable[Tick], *, ticked: Set[str] = frozenset()
) -> list[PreviewArea]:
    """The message's answers and those offered, area by area in the order of the form; empty areas are left out.

    ``ticked``: the link ids whose boxes were ticked when the message was made.
    """
    told = {answer["linkId"]: answer for area in message.get("omraader", []) for answer in area["svar"]}
    could = {tick.link_id: tick for tick in offered}
    areas = []
    for area in form.areas:
        title, link_ids = area.title["nb"], [question.link_id for question in area.questions]
        shown = [link_id for link_id in link_ids if link_id in told or link_id in could]
        lines = [_line(form, link_id, told.get(link_id), could.get(link_id), ticked) for link_id in shown]
        if lines:
            areas.append(PreviewArea(area.code, title, themes_beside(form, title, shown), lines))
    return areas


def _line(form: Questionnaire, link_id: str, told: dict[str, Any] | None, could: Tick | None, ticked: Set[str]) -> Line:
    tick = link_id if could is not None else ""
    if told is not None:
        more = [line for line in could.shown if line not in told["vist"]] if could is not None else []
        text, lines, source, goes = told["tekst"], told["vist"], told["kilde"], True
    elif could is not None:
        more, text, lines, source, goes = [], could.text, could.shown, "", False
    else:
        raise TypeError("a line of neither an answer nor a tick")
    return Line(
        text,
        said(form, link_id, lines),
        source_words(source),
        tick,
        goes=goes,
        ticked=link_id in ticked,
        more=said(form, link_id, more),
    )
