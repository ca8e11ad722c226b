"""Writes the answers of one area: finished, or as a draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.verbs import Verb
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answer_sources import CONFIRMED, NOTE, SELF, THIRD_PARTY, may_be_stored, source_of
from brik.mapping.questionnaire.structure import Question, enabled, without_hidden
from brik.mapping.questionnaire.walk import may_be_told_by
from brik.mapping.record import gate, promised_tasks
from brik.mapping.record.interviews import Mapping, Section
from brik.mapping.record.refusals import Clash, InterviewRefusal
from brik.mapping.record.states import AreaState, Renewed
from brik.pages.refusal import Refused
from brik.staff.models import Staff


@transaction.atomic
def save_section(
    mapping: Mapping,
    *,
    area: str,
    answers: dict[str, Any],
    version: int,
    by: Staff,
    state: str = AreaState.DONE,
    language: str = "",
    saved_from: UUID | None = None,
    renewed: str = "",
) -> Section:
    """Save the answers of one area: one section, one history row, one event.

    ``answers`` holds what ``answers.clean`` gave; ``version`` is the row version the page showed, 0 for a new area.
    ``saved_from`` is the id of the page: its own autosaves never clash with it. An area without an answer is not done,
    nor one where the person has not answered whether they need somebody to talk to now. ``renewed`` is what the person
    said of the answers of the interview before (:class:`Renewed`); it is sealed with the answers.
    What an answer promises, somebody is asked to do.

    Raises:
        Clash: other words were saved from elsewhere since the page was opened.
        Refused: the gate is closed, or an answer does not belong to this area.
        TakenOver: another mapper holds the interview.
    """
    mapping = gate.lock_to_write(mapping, by=by)
    content = _content(mapping, area, {} if state == AreaState.DECLINED else answers, language)
    if state == AreaState.DECLINED:
        state, content["declined"] = AreaState.DONE, True
    elif not content["answers"]:
        state = AreaState.NOT_STARTED
    elif state == AreaState.DONE and _waits_for_help(mapping, area, content["answers"]):
        state = AreaState.STARTED
    section, stored = _section(mapping, area)
    _keep_renewed(content, stored, renewed)
    if section.row_version != version and not (saved_from and section.saved_from == saved_from):
        if not _says_the_same(stored, content) or (_is_declined(stored) and not _is_declined(content)):
            raise Clash(section)
        if section.state == state and _is_declined(stored) == _is_declined(content):
            return section
    section.state, section.saved_from = state, None
    seal(section, content, by=by)
    log.record(Verb.SECTION_SAVED, by=by, subject=mapping.person_id, obj=section)
    promised_tasks.follow(mapping, {area: content["answers"]}, by=by)
    return section


@transaction.atomic
def draft_section(
    mapping: Mapping,
    *,
    area: str,
    answers: dict[str, Any],
    version: int,
    by: Staff,
    language: str = "",
    unfinished: dict[str, list[str]] | None = None,
    saved_from: UUID | None = None,
    renewed: str = "",
) -> Section:
    """Save a draft of what was typed so far: one event and no history row. The area never counts as done.

    ``unfinished`` is the page as typed, stored while something in it must be corrected.

    Raises:
        As :func:`save_section`.
    """
    mapping = gate.lock_to_write(mapping, by=by)
    content = _content(mapping, area, answers, language)
    if unfinished:
        content["unfinished"] = unfinished
    section, stored = _section(mapping, area)
    _keep_renewed(content, stored, renewed)
    if section.row_version != version and not (saved_from and section.saved_from == saved_from):
        if not _says_the_same(stored, content) or _is_declined(stored):
            raise Clash(section)
        return section
    section.state = AreaState.STARTED if content["answers"] or unfinished else AreaState.NOT_STARTED
    section.saved_from = saved_from
    section.skip_history_when_saving = True
    seal(section, content, by=by)
    log.record(Verb.SECTION_DRAFTED, by=by, subject=mapping.person_id, obj=section)
    return section


def _section(mapping: Mapping, area: str) -> tuple[Section, Any]:
    section = Section.objects.filter(mapping=mapping, area=area).first()
    if section is None:
        return Section(mapping=mapping, person_id=mapping.person_id, area=area), None
    section.demand_code()
    return section, section.answers.open()


def _keep_renewed(content: dict[str, Any], stored: dict[str, Any] | None, said: str) -> None:
    """Put in what the person said of the answers before. Where one of them is changed later, they are not the same."""
    before = stored.get("renewed", "") if stored else ""
    if before == Renewed.SAME and not said and not _says_the_same(stored, content):
        before = Renewed.CHANGED.value
    if renewed := said or before:
        content["renewed"] = renewed


def _is_declined(content: dict[str, Any] | None) -> bool:
    """Whether the person would not talk about the area."""
    return content is not None and "declined" in content


def _says_the_same(stored: dict[str, Any] | None, content: dict[str, Any]) -> bool:
    """Whether two versions of an area have the same words: there is nothing to choose between them."""

    def words(version: dict[str, Any]) -> tuple[dict[str, Any], Any]:
        answers = version["answers"].items()
        return {link_id: (answer["value"], source_of(answer)) for link_id, answer in answers}, version.get("unfinished")

    return stored is not None and words(stored) == words(content)


def seal(section: Section, content: dict[str, Any], *, by: Staff) -> None:
    """Store new answers in the row of one area."""
    section.answers = content
    section.updated_by, section.updated_at = by, timezone.now()
    section.save()


def _waits_for_help(mapping: Mapping, area: str, answers: dict[str, Any]) -> bool:
    """Whether a question about talking to somebody now is shown and has no answer (also "vet ikke" is one)."""
    definition = catalogue.get(mapping.kind, mapping.form_version).area(area)
    shown = enabled(definition, {link_id: answer["value"] for link_id, answer in answers.items()})
    return any(question.immediate_help and question.link_id not in answers for question in shown)


def _content(mapping: Mapping, area: str, answers: dict[str, Any], language: str) -> dict[str, Any]:
    """What is sealed: answers to questions that are shown, from sources that the consent permits."""
    questionnaire = catalogue.get(mapping.kind, mapping.form_version)
    try:
        definition = questionnaire.area(area)
    except KeyError:
        raise Refused(InterviewRefusal.UNKNOWN_ANSWER) from None
    if any(definition.question(link_id) is None for link_id in answers):
        raise Refused(InterviewRefusal.UNKNOWN_ANSWER)
    for question in definition.questions:
        if question.link_id in answers:
            _check_source(mapping, question, answers[question.link_id])
    # In the order of the questions: readers have no other order.
    shown = without_hidden(definition, {link_id: answer["value"] for link_id, answer in answers.items()})
    ordered = {link_id: answers[link_id] for link_id in shown}
    return {"language": language or mapping.language, "answers": ordered}


def _check_source(mapping: Mapping, question: Question, answer: dict[str, Any]) -> None:
    """What the officer answers about the talk is a note; of others the consent says who may be asked about what."""
    permitted = {NOTE}
    if not question.administrative:
        sources = mapping.sources_now.items()
        permitted |= {SELF, CONFIRMED}
        permitted |= {THIRD_PARTY + name for name, themes in sources if may_be_told_by(question, themes)}
    if answer["source"] not in permitted:
        raise Refused(InterviewRefusal.SOURCE_NOT_PERMITTED)
    if not may_be_stored(answer, today=timezone.localdate()):
        raise Refused(InterviewRefusal.NOT_CONFIRMED)
