"""What was answered before, in the talk or in the interview that this one renews: to be confirmed, never taken as said.

Nothing of it is stored with the new interview until its area is saved, and nothing is shown that may no longer be read.
"""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from brik.definitions import code_lists
from brik.mapping.models import AreaState, Mapping, Section
from brik.mapping.questionnaire.answers import stored
from brik.mapping.questionnaire.required_questions import TOLD_PLACES
from brik.mapping.questionnaire.structure import Area, Question
from brik.mapping.record.interviews import SectionQuerySet
from brik.mapping.record.states import SIGNED_OFF
from brik.staff.models import Staff


@dataclass(frozen=True)
class EarlierAnswers:
    """The answers to put into a page that has none, as they are stored, each with the source it had."""

    answers: ReadOnly[str, Any] = field(default_factory=dict)
    # The area they were read from, and when that interview was signed off; None where all were said in the talk.
    section: Section | None = None
    signed_off_at: datetime | None = None

    @property
    def from_talk(self) -> bool:
        return bool(self.answers) and self.section is None


def earlier_answers(mapping: Mapping, area: Area, *, by: Staff) -> EarlierAnswers:
    """The answers for an area of which nothing is stored yet; none in a correction, which has its own. One query."""
    if mapping.corrects_id is not None:
        return EarlierAnswers()
    renewed = _renewed(mapping, by).filter(area=area.code, state__in=(AreaState.DONE, AreaState.STARTED))
    section = next(iter(renewed[:1].proved()), None)
    before: dict[str, Any] = section.answers.open()["answers"] if section else {}
    fitting = {
        question.link_id: before[question.link_id]
        for question in area.questions
        if question.link_id in before and _may_stand_again(question, before[question.link_id])
    }
    told = _told_in_talk(mapping, area)
    if not fitting:
        return EarlierAnswers(told)
    return EarlierAnswers(told | fitting, section, section.mapping.signed_off_at if section else None)


def has_earlier(mapping: Mapping, *, by: Staff) -> bool:
    """Whether this interview renews one whose answers may still be read."""
    return mapping.corrects_id is None and _renewed(mapping, by).exists()


def _renewed(mapping: Mapping, by: Staff) -> SectionQuerySet:
    """The areas of the interviews before this one under the same consent, the newest first.

    Under another consent nothing is carried over, nor what is closed inside: neither was said for this talk.
    """
    earlier = Mapping.objects.visible_to(by).readable()
    return (
        Section.objects.visible_to(by)
        .filter(
            mapping__in=earlier.filter(
                person=mapping.person_id,
                kind=mapping.kind,
                consent_uuid=mapping.consent_uuid,
                state__in=SIGNED_OFF,
                signed_off_at__lte=mapping.created_at,
            )
        )
        .select_related("mapping")
        .order_by("-mapping__signed_off_at")
    )


def _may_stand_again(question: Question, answer: ReadOnly[str, Any]) -> bool:
    """Whether the form in use still asks it in the same way. What is about the talk or about today is asked anew."""
    if not question.asked or question.administrative or question.immediate_help:
        return False
    if answer.get("type") != question.type.code:
        return False
    codes = answer.get("value") if isinstance(answer.get("value"), list) else [answer.get("value")]
    offered = {option.code for option in question.choices}
    listed = set(answer.get("options", {}))
    return all(code in offered for code in codes or () if isinstance(code, str) and code in listed)


def _told_in_talk(mapping: Mapping, area: Area) -> dict[str, Any]:
    """The municipalities that the person, or the officer for them, has said in the talk."""
    asked = TOLD_PLACES.get(mapping.kind, {})
    questions = [question for question in area.questions if question.link_id in asked]
    places: dict[str, str] = mapping.told_places.open() or {} if questions else {}
    return {
        question.link_id: stored(question, number, language=mapping.language)
        for question in questions
        if (number := places.get(asked[question.link_id], "")) in code_lists.municipalities()
    }
