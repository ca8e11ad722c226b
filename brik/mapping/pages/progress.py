"""The list of areas on the hub: the state of each, and how many are finished."""

from __future__ import annotations

from typing import Any

from brik.mapping.models import AreaState, Mapping
from brik.mapping.pages.area import invalid_drafts
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.structure import Area, Questionnaire
from brik.mapping.questionnaire.themes import Theme

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
FINISHED = {AreaState.DONE, AreaState.DECLINED}


def icon_for(area: Area) -> str:
    """The icon of the theme most of its questions have."""
    themes = [question.theme for question in area.questions if question.theme]
    return ICONS[max(themes, key=themes.count)] if themes else "person-chat"


def states(mapping: Mapping) -> dict[str, str]:
    """Area code → state; one query, nothing unsealed."""
    return dict(mapping.sections.order_by().values_list("area", "state"))


def progress(mapping: Mapping, questionnaire: Questionnaire, now: Area) -> list[str]:
    """The progress bar: finished, current and remaining areas. Areas may be done in any order."""
    stored = states(mapping)
    return [
        "current" if area.code == now.code else "done" if stored.get(area.code) in FINISHED else "todo"
        for area in questionnaire.areas
    ]


def tasks(mapping: Mapping) -> dict[str, Any]:
    """One line for each area, with its state and what must be corrected there, and how many are finished."""
    sections = list(mapping.sections.all())
    stored = {section.area: section.state for section in sections}
    waiting = invalid_drafts.waiting(mapping, sections)
    questionnaire = catalogue.get(mapping.kind, mapping.form_version)
    lines = []
    for area in questionnaire.areas:
        state = AreaState(stored.get(area.code, AreaState.NOT_STARTED))
        lines.append(
            {
                "code": area.code,
                "title": area.title["nb"],
                "intro": area.intro["nb"],
                "icon": icon_for(area),
                "state": state.name,
                "label": state.label,
                "unfinished": state == AreaState.STARTED,
                "waiting": waiting.get(area.code),
            }
        )
    bar = [
        "done" if line["state"] in {"DONE", "DECLINED"} else "current" if line["unfinished"] else "todo"
        for line in lines
    ]
    finished = sum(1 for state in stored.values() if state in FINISHED)
    first_open = next((line["code"] for line in lines if line["state"] in {"NOT_STARTED", "STARTED"}), None)
    return {
        "tasks": lines,
        "finished": finished,
        "total": len(lines),
        "bar": bar,
        "next": first_open,
        "any": bool(stored),
        "waiting": list(waiting.values()),
    }
