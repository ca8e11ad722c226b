"""Everything that changes an interview. Each action locks it, checks its gate and writes its event in one transaction.

What is done from above (gate, restriction, error) lies in ``lifecycle`` and is offered here too.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.verbs import Verb
from brik.mapping import gate, questions
from brik.mapping.answers import CONFIRMED, SELF, THIRD_PARTY
from brik.mapping.lifecycle import close_gate, latest_final, mark_in_error, move, open_gate, restrict
from brik.mapping.models import AreaState, Mapping, Section, State
from brik.mapping.published import publish
from brik.mapping.refusals import Clash, Refused, Why
from brik.mapping.staying import stays_in_norway
from brik.people.models import Staff
from brik.vault.integrity import assert_current

__all__ = [
    "begin",
    "choose_language",
    "close_gate",
    "correct",
    "draft_section",
    "latest_final",
    "mark_in_error",
    "open_gate",
    "renew",
    "restrict",
    "save_section",
    "sign_off",
    "take_over",
]


@transaction.atomic
def begin(mapping: Mapping, *, language: str = "nb", by: Staff) -> Mapping:
    """Begin the conversation with the newest version of the form. Beginning what is begun changes nothing.

    Raises:
        Refused: the gate is shut, or the interview is ended.
    """
    held = gate.lock(mapping)
    if held.state == State.DRAFT and held.mapper_id == by.pk:
        return held
    if held.state != State.READY:
        raise Refused(Why.ENDED if held.state != State.DRAFT else Why.ALREADY_OPEN)
    gate.check(held, by=by)
    questionnaire = questions.get(held.kind)
    publish(questionnaire)
    move(held, State.DRAFT)
    held.form_version, held.form_sha256 = questionnaire.version, questionnaire.sha256
    held.mapper, held.started_at, held.language = by, timezone.now(), language
    held.save()
    log.record(Verb.MAPPING_OPENED, by=by, subject=held.person_id, obj=held)
    return held


@transaction.atomic
def choose_language(mapping: Mapping, *, language: str, by: Staff) -> Mapping:
    """Read the questions in another language from now on; what was answered stays as it was asked.

    Raises:
        Refused, TakenOver: as :func:`save_section`.
    """
    held = gate.lock_to_write(mapping, by=by)
    if held.language != language:
        held.language = language
        held.save()
        log.record(Verb.MAPPING_OPENED, by=by, subject=held.person_id, obj=held, reason="language")
    return held


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
) -> Section:
    """Keep the answers of one area: one section, one history row, one event.

    ``answers`` holds what ``answers.clean`` gave; ``version`` is the row version the page showed, 0 for a new area.
    ``saved_from`` names the page, whose own autosaves never clash with it. An area without an answer is not
    done, nor is one that leaves open whether the person needs somebody to talk to now.

    Raises:
        Clash: the area was saved from elsewhere since the page was opened.
        Refused: the gate is shut, or an answer does not belong here.
        TakenOver: another mapper holds the interview.
    """
    held = gate.lock_to_write(mapping, by=by)
    content = _content(held, area, {} if state == AreaState.DECLINED else answers, language)
    if state != AreaState.DECLINED and not content["answers"]:
        state = AreaState.NOT_STARTED
    elif state == AreaState.DONE and _waits_for_help(held, area, content["answers"]):
        state = AreaState.STARTED
    section, stored = _section(held, area)
    if section.row_version != version and not (saved_from and section.saved_from == saved_from):
        if stored == content and section.state == state and section.updated_by_id == by.pk:
            return section  # the same button pressed twice
        raise Clash(section)
    section.state, section.saved_from = state, None
    _seal(section, content, by=by)
    log.record(Verb.SECTION_SAVED, by=by, subject=held.person_id, obj=section)
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
) -> Section:
    """Keep what has been typed so far: reseals the section with one event and no history row. Never counts as done.

    ``unfinished`` is the page as typed, kept only while something in it does not hold yet.

    Raises:
        As :func:`save_section`.
    """
    held = gate.lock_to_write(mapping, by=by)
    content = _content(held, area, answers, language)
    if unfinished:
        content["unfinished"] = unfinished
    section, _ = _section(held, area)
    if section.row_version != version and not (saved_from and section.saved_from == saved_from):
        raise Clash(section)
    section.state = AreaState.STARTED if content["answers"] or unfinished else AreaState.NOT_STARTED
    section.saved_from = saved_from
    section.skip_history_when_saving = True  # type: ignore[attr-defined]
    _seal(section, content, by=by)
    log.record(Verb.SECTION_DRAFTED, by=by, subject=held.person_id, obj=section)
    return section


@transaction.atomic
def take_over(mapping: Mapping, *, by: Staff) -> Mapping:
    """Go on with what another mapper began. The other one's next save meets a page that says so and loses nothing.

    Raises:
        Refused: it is not a begun interview, or its gate is shut.
    """
    held = gate.lock(mapping)
    if held.state != State.DRAFT:
        raise Refused(Why.NOT_STARTED if held.state == State.READY else Why.ENDED)
    gate.check(held, by=by)
    if held.mapper_id != by.pk:
        held.mapper = by
        held.save()
        log.record(Verb.MAPPING_TAKEN_OVER, by=by, subject=held.person_id, obj=held)
    return held


@transaction.atomic
def sign_off(mapping: Mapping, *, by: Staff) -> Mapping:
    """Make the interview final, at any time; areas nobody touched stay not asked. Signing off twice changes nothing.

    Raises:
        Refused, TakenOver: as :func:`save_section`.
        SealBroken: an older row was put back.
    """
    held = gate.lock(mapping)
    if held.state == State.FINAL and held.signed_off_by_id == by.pk:
        return held
    held = gate.lock_to_write(mapping, by=by)
    sections = list(held.sections.all())
    assert_current(held, *sections)
    move(held, State.FINAL)
    held.signed_off_at, held.signed_off_by = timezone.now(), by
    held.stays_in_norway = stays_in_norway(held.kind, {row.area: row.answers.open() for row in sections})
    held.save()
    log.record(Verb.MAPPING_SIGNED_OFF, by=by, subject=held.person_id, obj=held)
    if held.corrects is not None:
        replaced = gate.lock(held.corrects)
        if replaced.state == State.FINAL:
            move(replaced, State.SUPERSEDED)
            replaced.save()
            log.record(Verb.MAPPING_CORRECTED, by=by, subject=held.person_id, obj=replaced, reason="superseded")
    return held


@transaction.atomic
def correct(mapping: Mapping, *, reason: str, by: Staff) -> Mapping:
    """Begin a new version of a final interview, with its answers, that points back. The old one counts until sign-off.

    Raises:
        Refused: no reason, no final interview, another one is open, or the gate is shut.
    """
    if not reason.strip():
        raise Refused(Why.NO_REASON)
    old = _final(mapping, by=by)
    sections = list(old.sections.all())
    assert_current(old, *sections)
    new = _successor(old)
    new.form_version, new.form_sha256, new.corrects, new.reason = old.form_version, old.form_sha256, old, reason
    new.state, new.mapper, new.started_at = State.DRAFT, by, timezone.now()
    new.save()
    log.record(Verb.MAPPING_CORRECTED, by=by, subject=new.person_id, obj=new)
    for section in sections:
        copy = Section(mapping=new, person_id=new.person_id, area=section.area, state=section.state)
        _seal(copy, section.answers.open(), by=by)
        log.record(Verb.SECTION_SAVED, by=by, subject=new.person_id, obj=copy)
    return new


@transaction.atomic
def renew(mapping: Mapping, *, by: Staff) -> Mapping:
    """Make a new conversation ready, after one that is final, under the consent that still holds.

    Raises:
        Refused: it is not final, another one is open, or the gate is shut.
    """
    old = _final(mapping, by=by)
    new = _successor(old)
    questionnaire = questions.get(old.kind)
    publish(questionnaire)
    new.form_version, new.form_sha256 = questionnaire.version, questionnaire.sha256
    new.save()
    log.record(Verb.GATE_OPENED, by=by, subject=new.person_id, obj=new)
    return new


def _final(mapping: Mapping, *, by: Staff) -> Mapping:
    held = gate.lock(mapping)
    if held.state != State.FINAL:
        raise Refused(Why.ENDED)
    gate.check(held, by=by)
    if Mapping.objects.open().filter(person=held.person).exists():
        raise Refused(Why.ALREADY_OPEN)
    return held


def _successor(old: Mapping) -> Mapping:
    return Mapping(
        person=old.person,
        unit=old.person.current_stay.unit,  # type: ignore[union-attr]
        kind=old.kind,
        language=old.language,
        gate_open=True,
        gate_until=old.gate_until,
        consent_uuid=old.consent_uuid,
        sources=old.sources.open(),
    )


def _section(mapping: Mapping, area: str) -> tuple[Section, Any]:
    section = Section.objects.filter(mapping=mapping, area=area).first()
    if section is None:
        return Section(mapping=mapping, person_id=mapping.person_id, area=area), None
    return section, section.answers.open()


def _seal(section: Section, content: dict[str, Any], *, by: Staff) -> None:
    section.answers = content
    section.updated_by, section.updated_at = by, timezone.now()
    section.save()


def _waits_for_help(mapping: Mapping, area: str, answers: dict[str, Any]) -> bool:
    """Whether it has not been answered, be it with "vet ikke", if the person needs somebody to talk to now."""
    asked = questions.get(mapping.kind, mapping.form_version).area(area)
    shown = questions.enabled(asked, {link_id: answer["value"] for link_id, answer in answers.items()})
    return any(question.immediate_help and question.link_id not in answers for question in shown)


def _content(mapping: Mapping, area: str, answers: dict[str, Any], language: str) -> dict[str, Any]:
    """What is sealed: without hidden branches, and only from sources the consent permits."""
    questionnaire = questions.get(mapping.kind, mapping.form_version)
    try:
        asked = questionnaire.area(area)
    except KeyError:
        raise Refused(Why.UNKNOWN_ANSWER) from None
    if any(asked.question(link_id) is None for link_id in answers):
        raise Refused(Why.UNKNOWN_ANSWER)
    permitted = {THIRD_PARTY + name for name in mapping.sources.open()} | {SELF, CONFIRMED}
    if any(answer["source"] not in permitted for answer in answers.values()):
        raise Refused(Why.SOURCE_NOT_PERMITTED)
    shown = questions.without_hidden(asked, {link_id: answer["value"] for link_id, answer in answers.items()})
    kept = {link_id: answer for link_id, answer in answers.items() if link_id in shown}
    return {"language": language or mapping.language, "answers": kept}
