"""What a recipient sees first of a message: what the person wants help with, what is large or urgent, and deadlines.

It adds no answer and no word to them: every line is an answer of the message, in a fixed number of words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from brik.mapping.questionnaire.structure import NO, YES, Question
from followup.sharing.pages.plain_words import form_of
from followup.sharing.wire.payload import LANGUAGE

# A page has 150 words before "mer"; the rest of them is who, where and whom to call, and the headings.
ROOM: Final = 80
# The grades that are shown first, of the question that ends every area.
NEED: Final = "_behov"
GRADES: Final = {"2": False, "3": True}
# Whether help is wanted in the area.
HELP: Final = "_hjelp"
# What the person wants: an answer that is not "no" or "nothing now".
WANTED: Final = frozenset(
    {"B7c", "C6", "C7", "D6b", "E5", "F3", "G0", "H3", "H6", "I3", "J2", "VC2b", "VD1", "VD3", "VE1"}
)
# The answers that tell of something which cannot wait until the release.
PRESSING: Final = {
    "C2": {NO},
    "C3a": {YES},
    "C4a": {"INGEN"},
    "D2": {YES},
    "VC2a": {"USIKKERT", NO, "HAR_IKKE"},
    "VC4": {"YTELSER", "LAAN", "REGNINGER"},
    "VF1a": {NO},
}
# How a measure stands that nobody waits for any more.
OVER: Final = {"FERDIG", "AVBRUTT"}
# Where the person will live.
HOME: Final = ("B7b", "VB5c")


@dataclass(frozen=True)
class ToldNeed:
    """A need that is large or urgent. ``grade`` is empty where the answer alone says it."""

    area: str
    grade: str
    urgent: bool
    what: str

    def __str__(self) -> str:
        return f"{self.area} {self.grade} {self.what}"


@dataclass(frozen=True)
class Deadline:
    """A day that was told, and what is due."""

    what: str
    day: date

    def __str__(self) -> str:
        return f"{self.what} 1. januar 2000"


@dataclass(frozen=True)
class FirstPage:
    """The lines that come first. ``left_out``: how many more there are below."""

    wishes: list[str] = field(default_factory=list)
    needs: list[ToldNeed] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)
    left_out: int = 0
    home: str = ""
    # "tidligst … / senest …", where the person has ticked it on this recipient's page; nothing of it is told else.
    release: str = ""


def first_page(message: dict[str, Any]) -> FirstPage:
    """The first lines of a message. Urgent needs, the next deadlines and the first wishes come before others."""
    form = form_of(message)
    told = [
        (area, question, answer)
        for area in message["omraader"]
        for answer in area["svar"]
        if (question := form.question(answer["linkId"])) is not None
    ]
    wishes, needs, deadlines = _wishes(told), _needs(told), _deadlines(told)
    order: list[str | ToldNeed | Deadline] = [
        *(need for need in needs if need.urgent),
        *deadlines[:3],
        *wishes[:4],
        *(need for need in needs if not need.urgent),
        *deadlines[3:],
        *wishes[4:],
    ]
    kept = _fitting(order)
    return FirstPage(
        wishes=[wish for wish in wishes if wish in kept],
        needs=[need for need in needs if need in kept],
        deadlines=[deadline for deadline in deadlines if deadline in kept],
        left_out=len(order) - len(kept),
        home=next((", ".join(answer["vist"]) for _, _, answer in told if answer["linkId"] in HOME), ""),
    )


Told = tuple[dict[str, Any], Question, dict[str, Any]]


def _fitting(lines: Iterable[str | ToldNeed | Deadline]) -> list[str | ToldNeed | Deadline]:
    """The lines that have room, each of them whole."""
    kept, room = [], ROOM
    for line in lines:
        words = len(str(line).split())
        if words <= room:
            kept.append(line)
            room -= words
    return kept


def _wishes(told: list[Told]) -> list[str]:
    """What the person has put first, in that order; then what is wanted in each area."""
    ranked = [text for _, question, answer in told if question.type.numbered for text in answer["vist"]]
    wanted: dict[str, list[str]] = {}
    for area, question, answer in told:
        if question.link_id.endswith(HELP) and YES in _codes(answer):
            wanted.setdefault(area["tittel"], [])
        if question.link_id in WANTED and _is_wanted(question, answer):
            words = [question.text[LANGUAGE]] if YES in _codes(answer) else answer["vist"]
            wanted.setdefault(area["tittel"], []).extend(words)
    areas = [f"{area}: {', '.join(words)}" if words else area for area, words in wanted.items()]
    return list(dict.fromkeys([*ranked, *areas]))


def _is_wanted(question: Question, answer: dict[str, Any]) -> bool:
    alone = {option.code for option in question.choices if option.exclusive}
    return not set(_codes(answer)) & {NO, "IKKE_NAA", *alone}


def _needs(told: list[Told]) -> list[ToldNeed]:
    """What is urgent, then what is large, then what an answer alone tells; one line for each answer."""
    needs = []
    for area, question, answer in told:
        [grade] = [code for code in _codes(answer) if code in GRADES][:1] or [""]
        if answer.get("haster"):
            needs.append(ToldNeed(area["tittel"], _("Haster"), urgent=True, what=answer["tekst"]))
        elif question.link_id.endswith(NEED) and grade:
            needs.append(ToldNeed(area["tittel"], ", ".join(answer["vist"]), urgent=GRADES[grade], what=""))
        elif PRESSING.get(question.link_id, set()) & set(_codes(answer)):
            needs.append(
                ToldNeed(area["tittel"], "", urgent=False, what=f"{answer['tekst']} {', '.join(answer['vist'])}")
            )
    return sorted(needs, key=lambda need: (not need.urgent, not need.grade))


def _deadlines(told: list[Told]) -> list[Deadline]:
    """The days that were told: those to come, the next one first, then those that have passed."""
    found = []
    for area, question, answer in told:
        found += [Deadline(area["tittel"], day) for day in _days(answer)]
        found += [line for row in _rows(answer) for line in _row_deadlines(question, row)]
    today = timezone.localdate()
    return sorted(found, key=lambda deadline: (deadline.day < today, abs(deadline.day - today)))


def _row_deadlines(question: Question, row: list[dict[str, Any]]) -> Iterator[Deadline]:
    """The days of a row of a repeating question, each with what the row says first in words."""
    cells = {cell["linkId"]: cell for cell in row}
    if any(code in OVER for cell in row for code in _codes(cell)):
        return
    texts = [text for cell in row for text in _texts(cell)]
    chosen = [
        option.text[LANGUAGE]
        for column in question.fields
        for code in _codes(cells.get(column.link_id, {}))
        if (option := column.option(code)) is not None
    ]
    what = next(iter([*texts, *chosen]), question.text[LANGUAGE])
    for cell in row:
        for day in _days(cell):
            yield Deadline(what, day)


def _typed(answer: dict[str, Any], kind: str) -> list[Any]:
    """The values of one kind in an answer; messages of the first version of the schema do not tell the kind."""
    values = answer.get("verdi")
    if not isinstance(values, list):
        return []
    return [value[kind] for value in values if isinstance(value, dict) and kind in value]


def _codes(answer: dict[str, Any]) -> list[str]:
    return _typed(answer, "kode")


def _texts(answer: dict[str, Any]) -> list[str]:
    return _typed(answer, "tekst")


def _days(answer: dict[str, Any]) -> list[date]:
    return [date.fromisoformat(day) for day in _typed(answer, "dato")]


def _rows(answer: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return _typed(answer, "rad")
