"""Destroying what is due, and the holds that stop it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.definitions.retention_spans import retentions
from brik.jobs import person_lock
from brik.jobs.periodic_work import each
from brik.pages.refusal import Refused
from brik.people.models import Person
from brik.staff.access import may, require
from brik.staff.models import Staff
from brik.vault.codes.coded_models import proved
from brik.vault.models import TALK, Key
from consent.models import Talk, TalkState
from consent.record.endings import abandon
from followup.desk.permissions import DeskPermission
from followup.desk.retention.due_keys import due, held
from followup.desk.retention.hold_refusals import HoldRefusal
from followup.desk.retention.legal_holds import LegalHold, LegalHoldAnswer, LegalHoldEnd, LegalHoldRequest
from followup.desk.retention.nights import RetentionNight, certificate


def counts(*, at: datetime | None = None) -> dict[str, int]:
    """How many keys of each keeping are due."""
    return {keeping: due(keeping, at=at).count() for keeping in retentions()}


def people_due(*, at: datetime | None = None) -> list[UUID]:
    """Whose keys are due."""
    people = {pk for keeping in retentions() for pk in due(keeping, at=at).values_list("person", flat=True)}
    return sorted(pk for pk in people if pk is not None)


@transaction.atomic
def destroy_due(person: UUID, *, by: Actor, at: datetime | None = None) -> list[Key]:
    """Destroy the keys of one person whose time has come, with an event for each. Doing it twice changes nothing.

    Whether they are due is asked under the person's lock: a hold that came first, or a new yes, keeps them.
    """
    person_lock.hold(person)
    destroyed: list[Key] = []
    for keeping in retentions():
        rows = due(keeping, at=at).filter(person=person)
        if keeping == TALK:
            _end_talks(rows.values_list("subject", flat=True), by=by)
        destroyed += [destroy(key, reason=Reason.SPAN_ENDED, by=by) for key in rows.select_for_update(no_key=True)]
    return destroyed


def run(*, by: Actor) -> RetentionNight:
    """Destroy everything that is due, person by person, and write down and sign how much it was.

    Raises:
        RuntimeError: it failed for some people; the night is written down, with their number.
    """
    began = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    people, done, keys = people_due(), set(), []

    def destroy(person: UUID) -> None:
        keys.extend(destroy_due(person, by=by))
        done.add(person)

    try:
        each(people, destroy, task="apply_retention", named="subject")
    finally:
        night = _write_down(keys, failed=len(set(people) - done), first=began, by=by)
    return night


@transaction.atomic
def _write_down(keys: Iterable[Key], *, failed: int, first: int, by: Actor) -> RetentionNight:
    # What was rolled back after all is not counted.
    gone = Key.objects.filter(pk__in=[key.pk for key in keys], destroyed_at__isnull=False)
    destroyed = Counter(gone.values_list("keeping", flat=True))
    kept = {keeping: held(keeping).count() for keeping in retentions()}
    night = RetentionNight()
    night.certificate = certificate(night, by=by.actor_id, destroyed=destroyed, held=kept, failed=failed, first=first)
    night.save(force_insert=True)
    log.record(Verb.RETENTION_RUN, by=by, obj=night, about=str(sum(destroyed.values())))
    return night


@transaction.atomic
def place_hold(person: Person, *, why: Reason, since: date | None = None, confirmed_by: Staff, by: Staff) -> LegalHold:
    """Let nothing about somebody be destroyed from a day on, today if none is given. Takes two people.

    Raises:
        PermissionDenied: one of them may not, or they are the same.
    """
    _require_two(by, confirmed_by)
    person = Person.objects.lock(person.pk)
    hold = LegalHold.objects.create(
        person=person, why=why, since=since or timezone.localdate(), asked_by=by, confirmed_by=confirmed_by
    )
    log.record(Verb.HOLD_PLACED, by=by, subject=person.pk, obj=hold, reason=why, about=confirmed_by.actor_id)
    return hold


@transaction.atomic
def end_hold(hold: LegalHold, *, why: Reason, confirmed_by: Staff, by: Staff) -> LegalHoldEnd:
    """End a hold: what is due is destroyed in the next night. Takes two people.

    Raises:
        PermissionDenied: one of them may not, or they are the same.
        Refused: it has ended.
    """
    _require_two(by, confirmed_by)
    person_lock.hold(hold.person_id)
    _demand_standing(hold)
    end = LegalHoldEnd.objects.create(hold=hold, why=why, asked_by=by, confirmed_by=confirmed_by)
    log.record(Verb.HOLD_ENDED, by=by, subject=hold.person_id, obj=hold, reason=why, about=confirmed_by.actor_id)
    return end


@transaction.atomic
def ask_for_hold(person: Person, *, why: Reason, by: Staff) -> LegalHoldRequest:
    """Ask that nothing about somebody is destroyed. Another one of the desk for insight has to confirm it."""
    require(by, DeskPermission.HOLD)
    person_lock.hold(person.pk)
    return _ask(person.pk, None, why=why, by=by)


@transaction.atomic
def ask_for_end(hold: LegalHold, *, why: Reason, by: Staff) -> LegalHoldRequest:
    """Ask that a hold is ended. Another one of the desk for insight has to confirm it. Raises ``Refused`` if it has."""
    require(by, DeskPermission.HOLD)
    person_lock.hold(hold.person_id)
    _demand_standing(hold)
    return _ask(hold.person_id, hold, why=why, by=by)


@transaction.atomic
def answer_request(request: LegalHoldRequest, *, confirmed: bool, by: Staff) -> LegalHoldAnswer:
    """Carry out what somebody else has asked for, or turn it down; whoever asked may only take it back.

    Raises:
        Refused: it is answered, or was asked by ``by`` or by somebody who may not any longer; the hold has ended.
    """
    require(by, DeskPermission.HOLD)
    person_lock.hold(request.person_id)
    if LegalHoldAnswer.objects.filter(request=request).exists():
        raise Refused(HoldRefusal.ANSWERED)
    (request,) = proved([LegalHoldRequest.objects.select_related("person", "hold", "asked_by").get(pk=request.pk)])
    if confirmed:
        _carry_out(request, by=by)
    answer = LegalHoldAnswer.objects.create(request=request, confirmed=confirmed, answered_by=by)
    if not confirmed:
        log.record(Verb.HOLD_TURNED_DOWN, by=by, subject=request.person_id, obj=request)
    return answer


def _ask(person: UUID, hold: LegalHold | None, *, why: Reason, by: Staff) -> LegalHoldRequest:
    waiting: LegalHoldRequest | None = LegalHoldRequest.objects.waiting().filter(person=person, hold=hold).first()
    if waiting is not None:
        raise Refused(HoldRefusal.ASKED)
    request = LegalHoldRequest.objects.create(person_id=person, hold=hold, why=why, asked_by=by)
    log.record(Verb.HOLD_ASKED_FOR, by=by, subject=person, obj=request, reason=why)
    return request


def _carry_out(request: LegalHoldRequest, *, by: Staff) -> None:
    if request.asked_by_id == by.pk:
        raise Refused(HoldRefusal.SAME_PERSON)
    if not may(request.asked_by, DeskPermission.HOLD):
        raise Refused(HoldRefusal.ASKER_GONE)
    why = Reason(request.why)
    if request.hold is None:
        place_hold(request.person, why=why, confirmed_by=by, by=request.asked_by)
    else:
        end_hold(request.hold, why=why, confirmed_by=by, by=request.asked_by)


def _demand_standing(hold: LegalHold) -> None:
    if LegalHoldEnd.objects.filter(hold=hold).exists():
        raise Refused(HoldRefusal.ENDED)


def _require_two(by: Staff, confirmed_by: Staff) -> None:
    for account in (by, confirmed_by):
        require(account, DeskPermission.HOLD)
    if by.pk == confirmed_by.pk:
        raise PermissionDenied(DeskPermission.HOLD)


def _end_talks(talks: Iterable[UUID], *, by: Actor) -> None:
    """Close the talks among these that are still open: nothing of theirs can be opened when the key is gone."""
    still_open = Talk.objects.select_for_update(of=("self",)).filter(pk__in=list(talks), state=TalkState.OPEN)
    for talk in still_open.order_by("pk"):
        abandon(talk, reason=Reason.SPAN_ENDED, by=by)


def destroy(key: Key, *, reason: Reason, by: Actor) -> Key:
    """Overwrite a wrapped key, with its event. The caller holds the person's lock.

    The row keeps the id of its wrapping key and the moment: its bytes survive in backups, and open for as long as a
    wrapping key lives that was there then (``brik/vault/custody/owed.py``).
    """
    key.wrapped, key.before, key.destroyed_at = b"", b"", timezone.now()
    key.save(update_fields=["wrapped", "before", "destroyed_at"])
    log.record(
        Verb.KEY_DESTROYED, by=by, subject=key.person, obj=key, reason=reason, about=f"{key.keeping} {key.subject}"
    )
    return key
