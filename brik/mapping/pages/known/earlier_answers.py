"""What was answered before, in the interview that this one renews, and what is known: to be confirmed, never as said.

Nothing of it is stored with the new interview until its area is saved, and nothing is shown that may no longer be read.
"""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from brik.mapping.models import AreaState, Mapping, Section
from brik.mapping.pages.known.known_answers import KnownAnswer, known_answers
from brik.mapping.questionnaire.stored_answers import WalkedAnswer, answer_in
from brik.mapping.questionnaire.structure import Area, Question, without_hidden
from brik.mapping.record.interviews import SectionQuerySet
from brik.mapping.record.states import SIGNED_OFF
from brik.staff.models import Staff


@dataclass(frozen=True)
class EarlierAnswers:
    """The answers to put into a page that has none, as they are stored, each with the source it had."""

    answers: ReadOnly[str, Any] = field(default_factory=dict)
    # The area they were read from, and when that interview was signed off; None where none were answered before.
    section: Section | None = None
    signed_off_at: datetime | None = None
    # Those that are known from elsewhere.
    known: ReadOnly[str, KnownAnswer] = field(default_factory=dict)

    def in_words(self, language: str) -> list[WalkedAnswer]:
        """The answers as they are read aloud."""
        return [answer_in(link_id, answer, language) for link_id, answer in self.answers.items()]


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
    known = {
        link_id: one
        for link_id, one in known_answers(mapping, area, by=by).items()
        if one.is_registered or link_id not in fitting
    }
    found = fitting | {link_id: one.answer for link_id, one in known.items()}
    shown = without_hidden(area, {link_id: answer["value"] for link_id, answer in found.items()})
    answers = {link_id: found[link_id] for link_id in shown}
    if not fitting or section is None:
        return EarlierAnswers(answers, known=known)
    return EarlierAnswers(answers, section, section.mapping.signed_off_at, known)


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
    # In another version the same id may ask something else: only the same words with the same options are the same.
    language = answer.get("language", "")
    offered = {option.code: option.text.get(language) for option in question.choices}
    return answer.get("text") == question.text.get(language) and answer.get("options", {}) == offered
