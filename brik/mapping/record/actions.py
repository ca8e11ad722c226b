"""Everything that changes an interview. Each action locks it, checks its gate and writes its event in one transaction.

What is done from above (gate, restriction, error) lies in ``lifecycle``, the writing of an area in ``section``; both
are offered here too.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.definitions.help_numbers import HelpContact
from brik.mapping.permissions import MappingPermission
from brik.mapping.questionnaire import catalogue
from brik.mapping.record import gate
from brik.mapping.record.interviews import InterviewState, Mapping, Section
from brik.mapping.record.lifecycle import move
from brik.mapping.record.published_forms import demand_approved, publish
from brik.mapping.record.refusals import InterviewRefusal, Refused, Uncorrected
from brik.mapping.record.sections import seal
from brik.mapping.record.stays_in_norway import stays_in_norway
from brik.staff.access import require
from brik.staff.models import Staff
from brik.vault.integrity import assert_current


@transaction.atomic
def begin(mapping: Mapping, *, language: str = "nb", by: Staff) -> Mapping:
    """Begin the conversation with the newest version of the form. Beginning what is begun changes nothing.

    Raises:
        Refused: the gate is shut, the interview is ended, or nobody has approved the form in this language.
    """
    held = gate.lock(mapping)
    if held.state == InterviewState.DRAFT and held.mapper_id == by.pk:
        return held
    if held.state != InterviewState.READY:
        raise Refused(InterviewRefusal.ENDED if held.state != InterviewState.DRAFT else InterviewRefusal.ALREADY_OPEN)
    gate.check(held, by=by)
    questionnaire = catalogue.get(held.kind)
    demand_approved(questionnaire, language)
    publish(questionnaire)
    move(held, InterviewState.DRAFT)
    held.form_version, held.form_sha256 = questionnaire.version, questionnaire.sha256
    held.mapper, held.started_at, held.language = by, timezone.now(), language
    held.save()
    log.record(Verb.MAPPING_OPENED, by=by, subject=held.person_id, obj=held)
    return held


@transaction.atomic
def choose_language(mapping: Mapping, *, language: str, by: Staff) -> Mapping:
    """Read the questions in another language from now on; what was answered stays as it was asked.

    Raises:
        Refused, TakenOver: as :func:`save_section`; nobody has approved the form in this language.
    """
    held = gate.lock_to_write(mapping, by=by)
    if held.language != language:
        demand_approved(catalogue.get(held.kind, held.form_version), language)
        held.language = language
        held.save()
        log.record(Verb.MAPPING_OPENED, by=by, subject=held.person_id, obj=held, reason=Reason.LANGUAGE)
    return held


@transaction.atomic
def take_over(mapping: Mapping, *, by: Staff) -> Mapping:
    """Go on with what another mapper began. The other one's next save meets a page that says so and loses nothing.

    Raises:
        Refused: it is not a begun interview, or its gate is shut.
    """
    held = gate.lock(mapping)
    if held.state != InterviewState.DRAFT:
        raise Refused(InterviewRefusal.NOT_STARTED if held.state == InterviewState.READY else InterviewRefusal.ENDED)
    gate.check(held, by=by)
    if held.mapper_id != by.pk:
        held.mapper = by
        held.save()
        log.record(Verb.MAPPING_TAKEN_OVER, by=by, subject=held.person_id, obj=held)
    return held


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
def sign_off(mapping: Mapping, *, by: Staff, without: Collection[str] = ()) -> Mapping:
    """Make the interview final, at any time; areas nobody touched stay not asked. Signing off twice changes nothing.

    ``without`` holds the areas, as they were read (:attr:`Section.as_read`), where what was typed but never became
    an answer is to be left out.

    Raises:
        Uncorrected: such words stand in an area that is not among them, or has changed since.
        Refused, TakenOver: as :func:`save_section`.
        SealBroken: an older row was put back.
    """
    held = gate.lock(mapping)
    if held.state == InterviewState.FINAL and held.signed_off_by_id == by.pk:
        return held
    held = gate.lock_to_write(mapping, by=by)
    sections = list(held.sections.all())
    assert_current(held, *sections)
    opened = {row.area: row.answers.open() for row in sections}
    unfinished = (row for row in sections if opened[row.area].get("unfinished"))
    if waiting := {row.area for row in unfinished if row.as_read not in without}:
        raise Uncorrected(waiting)
    move(held, InterviewState.FINAL)
    held.signed_off_at, held.signed_off_by = timezone.now(), by
    held.stays_in_norway = stays_in_norway(held.kind, opened)
    held.save()
    log.record(Verb.MAPPING_SIGNED_OFF, by=by, subject=held.person_id, obj=held)
    if held.corrects is not None:
        replaced = gate.lock(held.corrects)
        if replaced.state == InterviewState.FINAL:
            move(replaced, InterviewState.SUPERSEDED)
            replaced.save()
            log.record(Verb.MAPPING_CORRECTED, by=by, subject=held.person_id, obj=replaced, reason=Reason.SUPERSEDED)
    return held


@transaction.atomic
def correct(mapping: Mapping, *, reason: str, by: Staff) -> Mapping:
    """Begin a new version of a final interview, with its answers, that points back. The old one counts until sign-off.

    Raises:
        Refused: no reason, no final interview, another one is open, or the gate is shut.
    """
    if not reason.strip():
        raise Refused(InterviewRefusal.NO_REASON)
    old = _final(mapping, by=by)
    sections = list(old.sections.all())
    assert_current(old, *sections)
    new = _successor(old)
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
    """Make a new conversation ready, after one that is final, under the consent that still holds.

    Raises:
        Refused: it is not final, another one is open, or the gate is shut.
    """
    old = _final(mapping, by=by)
    new = _successor(old)
    questionnaire = catalogue.get(old.kind)
    publish(questionnaire)
    new.form_version, new.form_sha256 = questionnaire.version, questionnaire.sha256
    new.save()
    log.record(Verb.GATE_OPENED, by=by, subject=new.person_id, obj=new)
    return new


def _final(mapping: Mapping, *, by: Staff) -> Mapping:
    held = gate.lock(mapping)
    if held.state != InterviewState.FINAL:
        raise Refused(InterviewRefusal.ENDED)
    gate.check(held, by=by)
    if Mapping.objects.open().filter(person=held.person).exists():
        raise Refused(InterviewRefusal.ALREADY_OPEN)
    return held


def _successor(old: Mapping) -> Mapping:
    return Mapping(
        person=old.person,
        unit=old.person.known_stay.unit,
        kind=old.kind,
        language=old.language,
        gate_open=True,
        gate_until=old.gate_until,
        consent_uuid=old.consent_uuid,
        sources=old.sources.open(),
    )
