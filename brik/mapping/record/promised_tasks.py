"""What the answers of an interview promise, asked for in the transaction that saves them (``fixtures/plan``)."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as ReadOnlyDict
from typing import Any
from uuid import UUID

from brik.mapping.questionnaire import catalogue
from brik.mapping.record.interviews import Mapping
from brik.staff.models import Staff
from brik.tasks import actions, promises
from brik.tasks.promises import UNANSWERED, PromiseCondition, TaskPromise


def first_of(mapping: Mapping) -> UUID:
    """The interview of which this one is the correction, or a correction of a correction; itself where it is none."""
    while mapping.corrects is not None:
        mapping = mapping.corrects
    return mapping.pk


def follow(mapping: Mapping, areas: ReadOnlyDict[str, ReadOnlyDict[str, Any]], *, by: Staff) -> None:
    """Ask for what the answers of these areas promise, and end what they no longer do.

    An area that no promise is about costs no query.
    """
    form = catalogue.get(mapping.kind, mapping.form_version)
    values = {link_id: answer["value"] for answers in areas.values() for link_id, answer in answers.items()}
    here = {question.link_id for area in areas for question in form.area(area).questions}
    asked = [promise for promise in promises.of_form(mapping.kind) if promise.questions <= here]
    made = [promise for promise in asked if promise.is_made_by(values)]
    if asked:
        actions.follow_answers(mapping.person, origin=first_of(mapping), asked=asked, made=made, by=by)


def flaws(promise: TaskPromise, condition: PromiseCondition) -> Iterator[str]:
    """What the questionnaires lack of what a promise names.

    The newest has the question and the answers; an older one may lack them, and promises nothing then. In each the
    questions of a promise stand in one area: an area is saved as a whole.
    """
    forms = [form for (name, _), form in catalogue.load_all(catalogue.FOLDER).items() if name == promise.form]
    if not forms:
        yield f"there is no questionnaire {promise.form}"
        return
    newest = catalogue.get(promise.form)
    for form in forms:
        area = next((area for area in form.areas if area.question(condition.question)), None)
        question = area.question(condition.question) if area else None
        if area is None or question is None:
            if form.version == newest.version:
                yield f"{form.id} {form.version} has no question {condition.question}"
            continue
        known = {option.code for option in question.choices} | {UNANSWERED}
        if form.version == newest.version and (unknown := sorted(condition.any_of - known)):
            yield f"{condition.question} of {form.id} {form.version} has no answer {', '.join(unknown)}"
        if not promise.questions <= {each.link_id for each in area.questions}:
            yield f"its questions stand in several areas of {form.id} {form.version}"
