"""What a mapper does to an interview. Each action locks it, checks its gate and writes its event in one transaction.

What other rooms do to it (gate, restriction, error) is in ``lifecycle``; writing an area is in ``sections``.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.definitions.help_numbers import HelpContact
from brik.mapping.permissions import MappingPermission
from brik.mapping.questionnaire import catalogue
from brik.mapping.record import gate, promised_tasks
from brik.mapping.record.interviews import Mapping, Section
from brik.mapping.record.lifecycle import move, successor
from brik.mapping.record.published_forms import demand_approved, publish
from brik.mapping.record.refusals import InterviewRefusal
from brik.mapping.record.sections import save_section, seal
from brik.mapping.record.states import InterviewState
from brik.mapping.record.stays_in_norway import stays_in_norway
from brik.pages.refusal import Refused
from brik.staff.access import require
from brik.staff.models import Staff
from brik.vault.integrity import assert_current


@transaction.atomic
def begin(mapping: Mapping, *, language: str = "nb", by: Staff) -> Mapping:
    """Begin the interview with the newest version of the form. Doing it twice changes nothing.

    Raises:
        Refused: the gate is closed, the interview has ended, or nobody has approved the form in this language.
    """
    mapping = gate.lock(mapping)
    if mapping.state == InterviewState.DRAFT and mapping.mapper_id == by.pk:
        return mapping
    if mapping.state != InterviewState.READY:
        raise Refused(
            InterviewRefusal.ENDED if mapping.state != InterviewState.DRAFT else InterviewRefusal.ALREADY_OPEN
        )
    gate.check(mapping, by=by)
    questionnaire = catalogue.get(mapping.kind)
    demand_approved(questionnaire, language)
    publish(questionnaire)
    move(mapping, InterviewState.DRAFT)
    mapping.form_version, mapping.form_sha256 = questionnaire.version, questionnaire.sha256
    mapping.mapper, mapping.started_at, mapping.language = by, timezone.now(), language
    mapping.save()
    log.record(Verb.MAPPING_OPENED, by=by, subject=mapping.person_id, obj=mapping)
    return mapping


@transaction.atomic
def choose_language(mapping: Mapping, *, language: str, by: Staff) -> Mapping:
    """Ask in another language from now on; stored answers keep the language they were asked in.

    Raises:
        Refused, TakenOver: as :func:`save_section`; nobody has approved the form in this language.
    """
    mapping = gate.lock_to_write(mapping, by=by)
    if mapping.language != language:
        demand_approved(catalogue.get(mapping.kind, mapping.form_version), language)
        mapping.language = language
        mapping.save()
        log.record(Verb.MAPPING_OPENED, by=by, subject=mapping.person_id, obj=mapping, reason=Reason.LANGUAGE)
    return mapping


@transaction.atomic
def take_over(mapping: Mapping, *, by: Staff) -> Mapping:
    """Take over an interview that another mapper began. The other mapper's next save raises ``TakenOver``.

    Raises:
        Refused: the interview is not begun or has ended, or its gate is closed.
    """
    mapping = gate.lock(mapping)
    if mapping.state != InterviewState.DRAFT:
        raise Refused(InterviewRefusal.NOT_STARTED if mapping.state == InterviewState.READY else InterviewRefusal.ENDED)
    gate.check(mapping, by=by)
    if mapping.mapper_id != by.pk:
        mapping.mapper = by
        mapping.save()
        log.record(Verb.MAPPING_TAKEN_OVER, by=by, subject=mapping.person_id, obj=mapping)
    return mapping


@transaction.atomic
def note_help(mapping: Mapping, *, contact: HelpContact | None, at: datetime, by: Staff) -> None:
    """Note who was reached by telephone, and when, as somebody needed help at once; None where nobody was yet.

    It is an event and stands nowhere in the interview; a shut gate does not hinder it.

    Raises:
        PermissionDenied: not an approved mapper where the person is.
    """
    require(by, MappingPermission.INTERVIEW, mapping.person)
    reached = contact.name.lower() if contact is not None else Reason.NOBODY_REACHED
    about = timezone.localtime(at).isoformat(timespec="minutes")
    log.record(Verb.HELP_CALLED, by=by, subject=mapping.person_id, obj=mapping, reason=reached, about=about)


@transaction.atomic
def sign_off(
    mapping: Mapping, *, by: Staff, without: Collection[str] = (), closing: dict[str, Any] | None = None
) -> Mapping:
    """Make the interview final, at any time; untouched areas stay not asked. Doing it twice changes nothing.

    ``without`` holds the areas, as they were read (:attr:`Section.as_read`), whose uncorrected words are left out.
    ``closing`` are the answers of the last area, where it is about the talk itself and what was read back.

    Raises:
        Refused: another area has uncorrected words, or has changed since it was read (``UNCORRECTED``).
        Refused, TakenOver: as :func:`save_section`.
        SealBroken: an older version of a row was put back.
    """
    mapping = gate.lock(mapping)
    if mapping.state == InterviewState.FINAL and mapping.signed_off_by_id == by.pk:
        return mapping
    mapping = gate.lock_to_write(mapping, by=by)
    if closing:
        _save_closing(mapping, closing, by=by)
    sections = list(mapping.sections.all().proved())
    assert_current(mapping, *sections)
    opened = {section.area: section.answers.open() for section in sections}
    unfinished = (section for section in sections if opened[section.area].get("unfinished"))
    if any(section.as_read not in without for section in unfinished):
        raise Refused(InterviewRefusal.UNCORRECTED)
    move(mapping, InterviewState.FINAL)
    mapping.signed_off_at, mapping.signed_off_by = timezone.now(), by
    mapping.stays_in_norway = stays_in_norway(mapping.kind, opened)
    mapping.save()
    log.record(Verb.MAPPING_SIGNED_OFF, by=by, subject=mapping.person_id, obj=mapping)
    # Drafts promise nothing until they count.
    promised_tasks.follow(mapping, {area: content["answers"] for area, content in opened.items()}, by=by)
    if mapping.corrects is not None:
        replaced = gate.lock(mapping.corrects)
        if replaced.state == InterviewState.FINAL:
            move(replaced, InterviewState.SUPERSEDED)
            replaced.save()
            log.record(Verb.MAPPING_CORRECTED, by=by, subject=mapping.person_id, obj=replaced, reason=Reason.SUPERSEDED)
    return mapping


def _save_closing(mapping: Mapping, answers: dict[str, Any], *, by: Staff) -> None:
    area = catalogue.get(mapping.kind, mapping.form_version).closing
    if area is None:
        raise Refused(InterviewRefusal.UNKNOWN_ANSWER)
    stored = mapping.sections.filter(area=area.code).first()
    save_section(mapping, area=area.code, answers=answers, version=stored.row_version if stored else 0, by=by)


@transaction.atomic
def correct(mapping: Mapping, *, reason: str, by: Staff) -> Mapping:
    """Begin a corrected version of a final interview, with its answers. The old one counts until the new one is final.

    Raises:
        Refused: there is no reason, the interview is not final, another one is open, or the gate is closed.
    """
    if not reason.strip():
        raise Refused(InterviewRefusal.NO_REASON)
    old = _final(mapping, by=by)
    sections = list(old.sections.all().proved())
    assert_current(old, *sections)
    new = successor(old)
    new.form_version, new.form_sha256, new.corrects, new.reason = old.form_version, old.form_sha256, old, reason
    new.state, new.mapper, new.started_at = InterviewState.DRAFT, by, timezone.now()
    new.save()
    log.record(Verb.MAPPING_CORRECTED, by=by, subject=new.person_id, obj=new)
    for section in sections:
        copy = Section(mapping=new, person_id=new.person_id, area=section.area, state=section.state)
        seal(copy, section.answers.open(), by=by)
        log.record(Verb.SECTION_SAVED, by=by, subject=new.person_id, obj=copy)
    return new


@transaction.atomic
def renew(mapping: Mapping, *, by: Staff) -> Mapping:
    """Make a new interview ready after a final one, under the same consent.

    Raises:
        Refused: the interview is not final, another one is open, or the gate is closed.
    """
    old = _final(mapping, by=by)
    new = successor(old)
    questionnaire = catalogue.get(old.kind)
    publish(questionnaire)
    new.form_version, new.form_sha256 = questionnaire.version, questionnaire.sha256
    new.save()
    log.record(Verb.GATE_OPENED, by=by, subject=new.person_id, obj=new)
    return new


def _final(mapping: Mapping, *, by: Staff) -> Mapping:
    mapping = gate.lock(mapping)
    if mapping.state != InterviewState.FINAL:
        raise Refused(InterviewRefusal.ENDED)
    gate.check(mapping, by=by)
    if Mapping.objects.open().filter(person=mapping.person).exists():
        raise Refused(InterviewRefusal.ALREADY_OPEN)
    return mapping
