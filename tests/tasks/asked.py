"""Interviews that promise something, and the tasks that come of it."""

from __future__ import annotations

from typing import Any

from brik.mapping.models import Mapping
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answers import stored
from brik.mapping.record import sections
from brik.people import actions as people
from brik.people.models import LegalStatus, Person
from brik.staff.models import Role, Staff, Unit
from brik.tasks.models import Task
from tests import situations


def remand_interview(mapper: Staff, person: Person | None = None) -> Mapping:
    """An interview with somebody in remand, begun. Actions."""
    unit = mapper.current_posts[0].unit
    return situations.an_interview(mapper, person or situations.a_person(at=unit, status=LegalStatus.REMAND))


def save(mapping: Mapping, area: str, *, by: Staff, draft: bool = False, **answers: Any) -> None:
    """Save these answers of an area, or a draft of them. Actions."""
    form = catalogue.get(mapping.kind)
    values = {link_id: stored(form.question(link_id), value, language="nb") for link_id, value in answers.items()}
    row = mapping.sections.filter(area=area).first()
    write = sections.draft_section if draft else sections.save_section
    write(mapping, area=area, answers=values, version=row.row_version if row else 0, by=by)


def a_task(mapper: Staff, person: Person | None = None) -> Task:
    """The task that a child at home makes. Actions."""
    mapping = remand_interview(mapper, person)
    save(mapping, "VC", by=mapper, VC1a="JA", VC1b="BARN")
    return Task.objects.get(origin=mapping.pk)


def a_task_of_officer(mapper: Staff, person: Person | None = None) -> Task:
    """The task that a wish to talk to the health unit makes: for the contact officer. Actions."""
    mapping = remand_interview(mapper, person)
    save(mapping, "VD", by=mapper, VD1="JA", VD2="NEI")
    return Task.objects.get(origin=mapping.pk)


def name_officer(person: Person, officer: Staff | None) -> None:
    """Let somebody be the person's contact officer. Action."""
    by = situations.an_account(Role.LEADER, at=person.known_stay.unit)
    people.place(person, ward="", contact_officer=officer, by=by)


def codes(tasks: Any) -> list[str]:
    return sorted(task.promise.open() for task in tasks)


def staff_of(unit: Unit, *roles: Role) -> list[Staff]:
    return [situations.an_account(role, at=unit) for role in roles]
