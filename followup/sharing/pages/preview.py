"""What the officer sees before sharing: the answers of the message, and those that a tick would add."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Any

from brik.mapping.questionnaire.stored_answers import read
from brik.mapping.questionnaire.structure import Questionnaire
from brik.mapping.questionnaire.walk import tickable
from brik.staff.models import Organisation, OrganisationKind
from followup.sharing.disclosure.preconditions import Ground
from followup.sharing.pages.answer_layout import AnswerLine, lines_of, themes_beside
from followup.sharing.pages.plain_words import source_words
from followup.sharing.wire import payload


@dataclass(frozen=True)
class PreviewTick:
    """An answered question that this recipient gets only when the officer ticks it."""

    link_id: str
    text: str
    shown: list[str]
    own_tick: bool
    free_text: bool


@dataclass(frozen=True)
class PreviewLine:
    """An answer on the page. ``tick`` is the link id of its box; empty when it needs none."""

    text: str
    shown: list[AnswerLine]
    source: str
    tick: str
    ticked: bool
    # Stands first with the recipient, and so here.
    urgent: bool = False


@dataclass(frozen=True)
class PreviewArea:
    code: str
    title: str
    # Empty when the title already names them.
    themes: list[str]
    lines: list[PreviewLine]


@dataclass(frozen=True)
class Preview:
    """What is sent, and what would be sent with a tick."""

    goes: list[PreviewArea]
    held_back: list[PreviewArea]

    @property
    def ticked(self) -> bool:
        """Whether an answer is sent because it was ticked; the officer can remove the tick."""
        return any(line.tick for area in self.goes for line in area.lines)

    @property
    def left_out(self) -> int:
        """How many answers are held back, whole or in part."""
        return sum(len(area.lines) for area in self.held_back)


def ticks(ground: Ground, *, organisation: Organisation) -> list[PreviewTick]:
    """The answers that can be ticked, in the order of the form."""
    clearance, form, sections = ground.clearance, ground.form, ground.sections
    themes = frozenset(clearance.themes)
    own, texts = tickable(form, sections, themes=themes, recipient=OrganisationKind(organisation.kind).entry.letter)
    graded = clearance.safeguard.address_graded
    wanted = {question.link_id for question in [*own, *texts] if not (graded and question.tells_place)}
    answers = {
        answer.link_id: answer for area in read(form.outline, sections) for answer in payload.actual_answers(area)
    }
    return [
        PreviewTick(
            question.link_id,
            answers[question.link_id].text,
            payload.answer_lines(answers[question.link_id]),
            own_tick=question in own,
            free_text=question in texts,
        )
        for question in form.questions()
        if question.link_id in wanted and question.link_id in answers
    ]


def preview_of(
    form: Questionnaire, message: dict[str, Any], offered: Iterable[PreviewTick], *, ticked: Set[str] = frozenset()
) -> Preview:
    """The answers of the message and those offered, by area in the order of the form, what is urgent first.

    Empty areas are left out.


    ``ticked``: the link ids whose boxes were ticked when the message was made.
    """
    answers = {answer["linkId"]: answer for area in message.get("omraader", []) for answer in area["svar"]}
    could = {tick.link_id: tick for tick in offered}
    goes = {
        link_id: _going(form, answer, tick=link_id in could and link_id in ticked)
        for link_id, answer in answers.items()
    }
    held_back = {
        link_id: line
        for link_id, tick in could.items()
        if (line := _held_back(form, tick, answers.get(link_id), ticked=link_id in ticked)) is not None
    }
    return Preview(_areas(form, goes), _areas(form, held_back))


def _areas(form: Questionnaire, lines: dict[str, PreviewLine]) -> list[PreviewArea]:
    areas = []
    for area in form.areas:
        title, link_ids = (
            area.title["nb"],
            [question.link_id for question in area.questions if question.link_id in lines],
        )
        if link_ids:
            themes = themes_beside(form, title, link_ids)
            answers = sorted((lines[link_id] for link_id in link_ids), key=lambda line: not line.urgent)
            areas.append(PreviewArea(area.code, title, themes, answers))
    return sorted(areas, key=lambda area: not area.lines[0].urgent)


def _going(form: Questionnaire, answer: dict[str, Any], *, tick: bool) -> PreviewLine:
    link_id = answer["linkId"]
    shown, source = lines_of(form, link_id, answer["vist"]), source_words(answer["kilde"])
    urgent = answer.get("haster", False)
    return PreviewLine(answer["tekst"], shown, source, link_id if tick else "", ticked=tick, urgent=urgent)


def _held_back(
    form: Questionnaire, tick: PreviewTick, answer: dict[str, Any] | None, *, ticked: bool
) -> PreviewLine | None:
    """The part of an answer that only the tick would send; None when all of it is sent already."""
    more = [line for line in tick.shown if answer is None or line not in answer["vist"]]
    return PreviewLine(tick.text, lines_of(form, tick.link_id, more), "", tick.link_id, ticked=ticked) if more else None
