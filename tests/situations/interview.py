"""Interviews in each of their states. What opens and closes them is the consent talk, under its own name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from brik.audit.actors import Process
from brik.mapping.models import Mapping
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answers import stored
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions, lifecycle, sections
from brik.people.models import Person
from brik.staff.models import Staff
from tests.situations.person import a_person, an_account

CONSENT_TALK = Process("samtykke")
# Housing: C3a may go to the municipality and to state NAV, C1 to the municipality and to probation.
HOUSING = {"C1": "UTEN", "C3a": "JA", "C4a": "VET_IKKE"}


def a_ready_interview(
    person: Person | None = None, *, sources: Iterable[str] = (), days: int = 30, consent_uuid: UUID | None = None
) -> Mapping:
    """It may begin, for so many days, as if there had been a talk. The action that a talk ends with."""
    return lifecycle.open_gate(
        person or a_person(),
        consent_uuid=consent_uuid or uuid4(),
        until=timezone.now() + timedelta(days=days),
        sources=[(name, list(Theme)) for name in sources],
        by=CONSENT_TALK,
    )


def an_interview(by: Staff, person: Person | None = None, **ready) -> Mapping:
    """It has begun; nothing is answered. Actions."""
    person = person or a_person(at=by.current_posts[0].unit)
    return actions.begin(a_ready_interview(person, **ready), by=by)


def a_signed_off_interview(
    by: Staff | None = None, person: Person | None = None, *, area: str = "C", **answers
) -> Mapping:
    """It is finished, with these answers in one area; about housing, unless told otherwise. Actions."""
    by = by or an_account()
    mapping = an_interview(by, person)
    sections.save_section(mapping, area=area, answers=form_answers(**(answers or HOUSING)), version=0, by=by)
    return actions.sign_off(mapping, by=by)


def finish_interview(ready: Mapping, *, areas: dict[str, dict[str, Any]], by: Staff) -> Mapping:
    """The interview that is ready, held and signed off, with these answers in each area. Actions."""
    mapping = actions.begin(ready, by=by)
    for area, answers in areas.items():
        sections.save_section(mapping, area=area, answers=form_answers(**answers), version=0, by=by)
    return actions.sign_off(mapping, by=by)


def form_answers(**values) -> dict[str, dict[str, Any]]:
    """Answers to questions of the published form, as an interview keeps them."""
    form = catalogue.get("domfelt")
    return {link_id: stored(form.question(link_id), value, language="nb") for link_id, value in values.items()}


def an_answer(
    value: Any, *, kind: str = "boolean", source: str = "self", text: str = "Spørsmålet", shown: Iterable[Any] = ()
) -> dict[str, Any]:
    """One answer to a question that is in no form, with everything it was said in answer to."""
    return {"value": value, "text": text, "type": kind, "shown": list(shown), "source": source, "language": "nb"}
