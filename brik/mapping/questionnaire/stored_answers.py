"""Reads an interview from its stored answers: they hold the words of each question and answer.

Only the outline of the form is needed: its areas, in order. What may be shared is decided with the form (``walk``). No
Django here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from brik.mapping.questionnaire.answer_sources import AnswerSource, source_of
from brik.mapping.questionnaire.outline import AreaHeading, Outline
from brik.mapping.questionnaire.structure import NO, TALK_MORE, YES

NOT_ASKED: Final = "NOT_ASKED"
ASKED: Final = "ASKED"
DECLINED: Final = "DECLINED"
# Of an area without answers of its own, by the lines of the short form: no help is needed ("spurt kort"), the person
# wants to talk about it another time, or wants help and has not been asked more yet.
ASKED_SHORT: Final = "ASKED_SHORT"
NEXT_TIME: Final = "NEXT_TIME"
WANTED: Final = "WANTED"


@dataclass(frozen=True)
class WalkedAnswer:
    """One answer as it is read."""

    link_id: str
    text: str
    type: str
    value: Any
    # What a person reads: one text for each chosen option; for a group one list of [label, text] for each row.
    shown: tuple[Any, ...]
    source: AnswerSource
    # The language of text and shown.
    language: str
    # Somebody needed help at once. Set only where something leaves the house, by the questionnaire.
    urgent: bool = False


@dataclass(frozen=True)
class WalkedArea:
    """One area with its answers as it is read."""

    code: str
    title: str
    # ASKED; DECLINED by the person; NOT_ASKED ("ikke spurt", never "no need"); or what the short form said of it.
    state: str
    answers: tuple[WalkedAnswer, ...]
    # What the person said of the answers of the interview before, as it is stored; empty where nothing was.
    renewed: str = ""


def read(outline: Outline, sections: Mapping[str, Mapping[str, Any]], *, language: str = "nb") -> list[WalkedArea]:
    """All answers of an interview, area by area: for the pages and the PDF of the staff.

    ``sections`` is area code → the opened section; ``{"state": "DECLINED"}`` marks one the person would not talk
    about.
    """
    areas = []
    for area in outline.areas:
        stored = sections.get(area.code, {}).get("answers") or {}
        answers = (answer_in(link_id, stored[link_id], language) for link_id in stored if is_answered(stored[link_id]))
        title = area.title.get(language, area.title["nb"])
        renewed = sections.get(area.code, {}).get("renewed", "")
        areas.append(WalkedArea(area.code, title, area_state(area, sections), tuple(answers), renewed))
    return areas


def area_state(area: AreaHeading, sections: Mapping[str, Mapping[str, Any]]) -> str:
    """Whether an area was asked about, declined or only asked about in short, by the opened sections."""
    section = sections.get(area.code, {})
    if section.get("state") == DECLINED:
        return DECLINED
    if section.get("answers"):
        return ASKED
    return short_state(area, sections)


def short_state(area: AreaHeading, sections: Mapping[str, Mapping[str, Any]]) -> str:
    """What the lines of the short form say of an area; NOT_ASKED where they say nothing."""
    if not area.lines:
        return NOT_ASKED
    said = [
        answer.get("value")
        for section in sections.values()
        for link_id, answer in (section.get("answers") or {}).items()
        if link_id in area.lines
    ]
    if YES in said:
        return WANTED
    if TALK_MORE in said:
        return NEXT_TIME
    return ASKED_SHORT if said.count(NO) == len(area.lines) else NOT_ASKED


def is_answered(answer: Mapping[str, Any]) -> bool:
    """Whether a stored answer says anything."""
    return answer["value"] not in (None, "", [])


def answer_in(link_id: str, answer: Mapping[str, Any], language: str) -> WalkedAnswer:
    """A stored answer in a language of its form, else in the language it was asked in.

    Free text stays in the language it was written in.
    """
    words = {**answer, **answer.get("translations", {}).get(language, {})}
    return WalkedAnswer(
        link_id=link_id,
        text=words["text"],
        type=answer["type"],
        value=answer["value"],
        shown=tuple(words["shown"]),
        source=source_of(answer),
        language=words["language"],
    )
