"""The short way through an interview: the short form, then the areas the person wants help with."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from typing import Any

from brik.mapping.models import Mapping
from brik.mapping.questionnaire.stored_answers import NOT_ASKED, WANTED, short_state
from brik.mapping.questionnaire.structure import Area, Questionnaire, enabled

# Human time, estimated: a question is read aloud and answered in so long (reading, ten seconds to think, a click).
SECONDS_A_QUESTION = 20


def short_states(questionnaire: Questionnaire, sections: ReadOnly[str, ReadOnly[str, Any]]) -> dict[str, str]:
    """Area → what its lines of the short form say, by the opened sections; without the areas they say nothing of."""
    states = {area.code: short_state(area, sections) for area in questionnaire.outline.areas}
    return {code: state for code, state in states.items() if state != NOT_ASKED}


def stored_short_states(mapping: Mapping, questionnaire: Questionnaire) -> dict[str, str]:
    """The same from what is stored. One query, and only the short form is opened. Raises ``CodeBroken``."""
    if questionnaire.short is None:
        return {}
    rows = mapping.sections.filter(area=questionnaire.short.code).proved()
    return short_states(questionnaire, {row.area: row.answers.open() for row in rows})


def steps_on_the_way(questionnaire: Questionnaire, said: ReadOnly[str, str]) -> list[str]:
    """The areas that follow one another; all of them where the short form says nothing."""
    pages = [area.code for area in questionnaire.pages]
    if questionnaire.short is None or not said:
        return pages
    return [code for code in pages if code == questionnaire.short.code or said.get(code) == WANTED]


def minutes_left(areas: ReadOnly[str, ReadOnly[str, Any]], pages: list[Area]) -> int:
    """About how many minutes the questions take that come first in these areas and have no answer."""
    unasked = 0
    for area in pages:
        values = {link_id: answer["value"] for link_id, answer in (areas.get(area.code) or {}).items()}
        first = [question for question in enabled(area, values) if question.link_id in area.core and question.asked]
        unasked += sum(1 for question in first if question.link_id not in values)
    return -(-unasked * SECONDS_A_QUESTION // 60)
