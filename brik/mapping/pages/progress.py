"""The list of areas on the hub: the state of each, and how many are finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brik.mapping.models import AreaState, Renewed
from brik.mapping.models import Mapping as Interview
from brik.mapping.pages.area import invalid_drafts
from brik.mapping.pages.short_way import minutes_left, short_states, steps_on_the_way
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.stored_answers import ASKED_SHORT, NEXT_TIME, WANTED
from brik.mapping.questionnaire.structure import Area, Questionnaire, enabled
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.questionnaire.walk import says_graded

ICONS = {
    Theme.BOLIG: "house",
    Theme.OEKONOMI: "wallet",
    Theme.ARBEID: "briefcase",
    Theme.UTDANNING: "book",
    Theme.HELSE: "hospital",
    Theme.RUS: "pill-rectangle",
    Theme.FAMILIE: "person-group",
    Theme.FRITID: "sun",
    Theme.PRAKTISK: "passport",
    Theme.MAAL: "star",
}
# Areas that no theme of their own stands for: about the talk, the measures, and what if you came out tomorrow.
OWN_ICONS = {
    "A0": "compass",
    "VA0": "compass",
    "A": "person-chat",
    "VA": "person-chat",
    "L": "tasklist",
    "VH": "tasklist",
    "VF": "leave",
}
FINISHED = {AreaState.DONE}
GONE_THROUGH = {"DONE", "DECLINED"}
UNFINISHED = {"NOT_STARTED", "STARTED", WANTED}
# What the short form says of an area that has no answers of its own.
SHORT_LABELS = {
    ASKED_SHORT: gettext_lazy("Spurt kort"),
    NEXT_TIME: gettext_lazy("Vil snakke mer neste gang"),
    WANTED: gettext_lazy("Vil ha hjelp"),
}


@dataclass(frozen=True)
class AreaStep:
    """One area in the bar above an area page: its name, where it stands, and that in words."""

    name: str
    state: str
    words: str


def icon_for(area: Area) -> str:
    """The icon of the area's own, or of the theme most of its questions have. No two areas of a form share one."""
    themes = [question.theme for question in area.questions if question.theme]
    return OWN_ICONS.get(area.code) or ICONS[max(themes, key=themes.count)]


def how_much(area: Area, answers: Mapping[str, Any]) -> tuple[int, int]:
    """How many of the questions that are asked have an answer ("vet ikke" is one), and how many are asked."""
    values = {link_id: answer.get("value") for link_id, answer in answers.items()}
    asked = [question for question in enabled(area, values) if question.asked]
    return sum(1 for question in asked if not question.type.is_empty(values.get(question.link_id))), len(asked)


def progress(mapping: Interview, questionnaire: Questionnaire, now: Area) -> tuple[list[AreaStep], dict[str, str]]:
    """The progress bar: finished, current and remaining areas; and what the short form says of each.

    One query; only the short form is unsealed. Raises ``CodeBroken``.
    """
    rows = {section.area: section for section in mapping.sections.order_by().proved()}
    short = questionnaire.short.code if questionnaire.short else ""
    said = short_states(questionnaire, {short: rows[short].answers.open()} if short in rows else {})
    steps = [
        AreaStep(
            area.title[mapping.language],
            *_step(
                rows[area.code].state if area.code in rows else "",
                said.get(area.code, ""),
                is_now=area.code == now.code,
            ),
        )
        for area in questionnaire.pages
    ]
    return steps, said


def _step(state: str, said: str, *, is_now: bool) -> tuple[str, str]:
    if is_now:
        return "current", _("her er dere nå")
    if state in FINISHED:
        return "done", _("gått gjennom")
    if said and state != AreaState.STARTED:
        return ("done" if said == ASKED_SHORT else "todo"), str(SHORT_LABELS[said])
    return "todo", _("gjenstår")


def tasks(mapping: Interview) -> dict[str, Any]:
    """One line for each area, with its state and what must be corrected there, and how many are finished."""
    sections = list(mapping.sections.all().proved())
    stored = {section.area: section.shown_state for section in sections}
    content_of = {section.area: section.answers.open() for section in sections}
    waiting = invalid_drafts.waiting(mapping, sections)
    questionnaire = catalogue.get(mapping.kind, mapping.form_version)
    said = short_states(questionnaire, content_of)
    lines = []
    for area in questionnaire.pages:
        state = stored.get(area.code, AreaState.NOT_STARTED)
        short = said.get(area.code, "") if state is AreaState.NOT_STARTED else ""
        lines.append(
            {
                "code": area.code,
                "title": area.title["nb"],
                "intro": area.intro["nb"],
                "icon": icon_for(area),
                "state": short or state.name,
                "label": SHORT_LABELS[short] if short else _label(state, area, content_of.get(area.code, {})),
                "unfinished": state == AreaState.STARTED,
                "waiting": waiting.get(area.code),
            }
        )
    way = steps_on_the_way(questionnaire, said)
    open_areas = [line["code"] for line in lines if line["code"] in way and line["state"] in UNFINISHED]
    return {
        "tasks": lines,
        "finished": sum(1 for line in lines if line["state"] in GONE_THROUGH),
        "asked_short": sum(1 for line in lines if line["state"] == ASKED_SHORT),
        "next_time": sum(1 for line in lines if line["state"] == NEXT_TIME),
        "total": len(lines),
        "bar": ["current" if line["unfinished"] else _in_bar(str(line["state"])) for line in lines],
        "next": next(iter(open_areas), None),
        "minutes": minutes_left(
            {code: content["answers"] for code, content in content_of.items()},
            [area for area in questionnaire.pages if area.code in open_areas],
        ),
        "any": bool(stored),
        "short_first": questionnaire.short is not None,
        "waiting": list(waiting.values()),
        "grade_missing": says_graded(content_of) and not mapping.person.address_graded,
    }


def _in_bar(state: str) -> str:
    return "done" if state in GONE_THROUGH or state == ASKED_SHORT else "todo"


def _label(state: AreaState, area: Area, content: Mapping[str, Any]) -> str:
    """Where an area stands; one that was gone through without an answer to everything says how many there are."""
    if state is not AreaState.DONE:
        return str(state.label)
    if renewed := content.get("renewed"):
        return str(Renewed(renewed).label)
    answered, asked = how_much(area, content.get("answers") or {})
    if answered == asked:
        return str(state.label)
    return _("%(answered)s av %(asked)s besvart") % {"answered": answered, "asked": asked}
