"""The list of areas on the hub: the state of each, and how many are finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from brik.mapping.models import AreaState
from brik.mapping.models import Mapping as Interview
from brik.mapping.pages.area import invalid_drafts
from brik.mapping.questionnaire import catalogue
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
OWN_ICONS = {"A": "person-chat", "VA": "person-chat", "L": "tasklist", "VH": "tasklist", "VF": "leave"}
FINISHED = {AreaState.DONE}


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


def states(mapping: Interview) -> dict[str, str]:
    """Area code → state; one query, nothing unsealed. Raises ``CodeBroken``."""
    return {section["area"]: section["state"] for section in mapping.sections.order_by().proved_values()}


def progress(mapping: Interview, questionnaire: Questionnaire, now: Area) -> list[AreaStep]:
    """The progress bar: finished, current and remaining areas. Areas may be done in any order."""
    stored = states(mapping)
    return [
        AreaStep(area.title[mapping.language], *_step(stored.get(area.code, ""), is_now=area.code == now.code))
        for area in questionnaire.pages
    ]


def _step(state: str, *, is_now: bool) -> tuple[str, str]:
    if is_now:
        return "current", _("her er dere nå")
    return ("done", _("gått gjennom")) if state in FINISHED else ("todo", _("gjenstår"))


def tasks(mapping: Interview) -> dict[str, Any]:
    """One line for each area, with its state and what must be corrected there, and how many are finished."""
    sections = list(mapping.sections.all().proved())
    stored = {section.area: section.shown_state for section in sections}
    content_of = {section.area: section.answers.open() for section in sections}
    waiting = invalid_drafts.waiting(mapping, sections)
    questionnaire = catalogue.get(mapping.kind, mapping.form_version)
    lines = []
    for area in questionnaire.pages:
        state = stored.get(area.code, AreaState.NOT_STARTED)
        lines.append(
            {
                "code": area.code,
                "title": area.title["nb"],
                "intro": area.intro["nb"],
                "icon": icon_for(area),
                "state": state.name,
                "label": _label(state, area, content_of.get(area.code, {})),
                "unfinished": state == AreaState.STARTED,
                "waiting": waiting.get(area.code),
            }
        )
    bar = [
        "done" if line["state"] in {"DONE", "DECLINED"} else "current" if line["unfinished"] else "todo"
        for line in lines
    ]
    finished = sum(1 for line in lines if line["state"] in {"DONE", "DECLINED"})
    first_open = next((line["code"] for line in lines if line["state"] in {"NOT_STARTED", "STARTED"}), None)
    return {
        "tasks": lines,
        "finished": finished,
        "total": len(lines),
        "bar": bar,
        "next": first_open,
        "any": bool(stored),
        "waiting": list(waiting.values()),
        "grade_missing": says_graded(content_of) and not mapping.person.address_graded,
    }


def _label(state: AreaState, area: Area, content: Mapping[str, Any]) -> str:
    """Where an area stands; one that was gone through without an answer to everything says how many there are."""
    if state is not AreaState.DONE:
        return str(state.label)
    answered, asked = how_much(area, content.get("answers") or {})
    if answered == asked:
        return str(state.label)
    return _("%(answered)s av %(asked)s besvart") % {"answered": answered, "asked": asked}
