"""What the officer looks at before sharing: the answers of the message, and those that could go with a tick."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Any

from brik.mapping.models import Mapping
from brik.mapping.questionnaire.stored_answers import read
from brik.mapping.questionnaire.structure import Questionnaire
from brik.mapping.questionnaire.walk import tickable
from brik.staff.models import Organisation, OrganisationKind
from followup.sharing.disclosure import preconditions
from followup.sharing.pages.answer_layout import AnswerLine, said, themes_beside
from followup.sharing.pages.plain_words import source_words
from followup.sharing.wire import payload


@dataclass(frozen=True)
class PreviewTick:
    """An answered question that this recipient gets only with a tick of its own."""

    link_id: str
    text: str
    shown: list[str]
    own_tick: bool
    free_text: bool


@dataclass(frozen=True)
class PreviewLine:
    """An answer on the page, with its box where it has one. ``tick`` is empty where it goes without."""

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
    # Named where the title does not name them.
    themes: list[str]
    lines: list[PreviewLine]


@dataclass(frozen=True)
class Preview:
    """What goes out, and apart from it what does not, but would with a tick."""

    goes: list[PreviewArea]
    held_back: list[PreviewArea]

    @property
    def ticked(self) -> bool:
        """Whether something goes out that somebody ticked, and can take out again."""
        return any(line.tick for area in self.goes for line in area.lines)

    @property
    def left_out(self) -> int:
        """How many answers are held back, whole or in part."""
        return sum(len(area.lines) for area in self.held_back)


def ticks(mapping: Mapping, *, organisation: Organisation) -> list[PreviewTick]:
    """What could be ticked, in the order it was asked. Raises as ``composing.compose``."""
    themes = frozenset(preconditions.covered(mapping, organisation))
    form, sections = preconditions.opened(mapping)
    own, texts = tickable(form, sections, themes=themes, recipient=OrganisationKind(organisation.kind).entry.letter)
    wanted = {question.link_id for question in [*own, *texts]}
    answers = {answer.link_id: answer for area in read(form.outline, sections) for answer in payload.said(area)}
    return [
        PreviewTick(
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
    form: Questionnaire, message: dict[str, Any], offered: Iterable[PreviewTick], *, ticked: Set[str] = frozenset()
) -> Preview:
    """The message's answers, and those offered, area by area in the order of the form, what is urgent first.

    Empty areas are left out.

    ``ticked``: the link ids whose boxes were ticked when the message was made.
    """
    told = {answer["linkId"]: answer for area in message.get("omraader", []) for answer in area["svar"]}
    could = {tick.link_id: tick for tick in offered}
    goes = {
        link_id: _going(form, answer, tick=link_id in could and link_id in ticked) for link_id, answer in told.items()
    }
    held = {
        link_id: line
        for link_id, tick in could.items()
        if (line := _held_back(form, tick, told.get(link_id), ticked=link_id in ticked)) is not None
    }
    return Preview(_areas(form, goes), _areas(form, held))


def _areas(form: Questionnaire, lines: dict[str, PreviewLine]) -> list[PreviewArea]:
    areas = []
    for area in form.areas:
        title, link_ids = area.title["nb"], [one.link_id for one in area.questions if one.link_id in lines]
        if link_ids:
            themes = themes_beside(form, title, link_ids)
            answers = sorted((lines[link_id] for link_id in link_ids), key=lambda line: not line.urgent)
            areas.append(PreviewArea(area.code, title, themes, answers))
    return sorted(areas, key=lambda area: not area.lines[0].urgent)


def _going(form: Questionnaire, answer: dict[str, Any], *, tick: bool) -> PreviewLine:
    link_id = answer["linkId"]
    shown, source = said(form, link_id, answer["vist"]), source_words(answer["kilde"])
    urgent = answer.get("haster", False)
    return PreviewLine(answer["tekst"], shown, source, link_id if tick else "", ticked=tick, urgent=urgent)


def _held_back(
    form: Questionnaire, tick: PreviewTick, told: dict[str, Any] | None, *, ticked: bool
) -> PreviewLine | None:
    """What more would go out with the tick; None where all of it goes. An answer may go out in part."""
    more = [line for line in tick.shown if told is None or line not in told["vist"]]
    return PreviewLine(tick.text, said(form, tick.link_id, more), "", tick.link_id, ticked=ticked) if more else None
