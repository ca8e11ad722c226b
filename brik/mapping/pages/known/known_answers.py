"""What BRIK knows already of a person that an area asks about: put in, with where it is from, to be confirmed.

Only what the reader may see anyway; nothing of it is stored with the interview until its area is saved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brik.definitions import code_lists
from brik.definitions.languages import BY_CODE, Language
from brik.mapping.models import Mapping
from brik.mapping.questionnaire.answers import stored
from brik.mapping.questionnaire.required_questions import ADDRESS_GRADED, BEST_LANGUAGES, NUMBERS, TOLD_PLACES
from brik.mapping.questionnaire.structure import YES, Area, Question
from brik.people.identifiers.numbers import NATIONAL_IDS, NumberKind
from brik.people.models import Identifier
from brik.staff.models import Staff


class KnownFrom(Enum):
    """Where it is from, and what to do where it is wrong."""

    TALK = _("Hentet fra samtykkesamtalen. Er det feil, så rett det her.")
    LANGUAGE = _("Hentet fra språket dere snakker på. Er det feil, så rett det her.")
    NUMBER = _("Hentet fra nummeret som er registrert. Er det feil, så rett svaret her, og si fra til inntaket.")
    GRADE = _("Hentet fra adressegraderingen. Er den feil, må den også rettes på siden om personen.")


@dataclass(frozen=True)
class KnownAnswer:
    """One answer as it is stored, and where it is from."""

    answer: dict[str, Any]
    known_from: KnownFrom

    @property
    def words(self) -> str | Promise:
        return self.known_from.value

    @property
    def is_registered(self) -> bool:
        """Whether it stands in a register of BRIK's own: then it counts before what was answered another day."""
        return self.known_from in (KnownFrom.NUMBER, KnownFrom.GRADE)


def known_answers(mapping: Mapping, area: Area, *, by: Staff) -> dict[str, KnownAnswer]:
    """Link id → what is known. One query at most, where the area asks about a number."""
    found = {}
    for question in area.questions:
        if not question.asked:
            continue
        for known_from, known in _REGISTERS.items():
            value = known(mapping, question, by)
            if value:
                answer = stored(question, value, language=mapping.language)
                found[question.link_id] = KnownAnswer(answer, known_from)
    return found


def _told_in_talk(mapping: Mapping, question: Question, _by: Staff) -> str:
    """The municipality that the person, or the officer for them, has said in the talk."""
    place = TOLD_PLACES.get(mapping.kind, {}).get(question.link_id)
    places: dict[str, str] = (mapping.told_places.open() or {}) if place else {}
    number = places.get(place, "") if place else ""
    return number if number in code_lists.municipalities() else ""


def _language_of_interview(mapping: Mapping, question: Question, _by: Staff) -> str:
    """Another language than the usual one was chosen for the person; bokmål is what nobody has chosen."""
    if question.link_id not in BEST_LANGUAGES.get(mapping.kind, ()) or mapping.language == Language.BOKMAAL:
        return ""
    return BY_CODE[mapping.language].iso639_3


def _number(mapping: Mapping, question: Question, by: Staff) -> str:
    """The kind of number that is registered; a national id before a D-number. The number itself is not shown."""
    if question.link_id != NUMBERS.get(mapping.kind):
        return ""
    rows = Identifier.objects.visible_to(by).filter(person=mapping.person_id)
    kinds = {NumberKind(row.kind) for row in rows}
    if kinds & NATIONAL_IDS:
        return NumberKind.NATIONAL_ID.value
    return NumberKind.D_NUMBER.value if NumberKind.D_NUMBER in kinds else ""


def _grade(mapping: Mapping, question: Question, _by: Staff) -> str:
    """A yes where a grade is entered; without one nothing is known."""
    is_asked = question.link_id == ADDRESS_GRADED.get(mapping.kind)
    return YES if is_asked and mapping.person.address_graded else ""


_REGISTERS: dict[KnownFrom, Callable[[Mapping, Question, Staff], str]] = {
    KnownFrom.TALK: _told_in_talk,
    KnownFrom.LANGUAGE: _language_of_interview,
    KnownFrom.NUMBER: _number,
    KnownFrom.GRADE: _grade,
}
