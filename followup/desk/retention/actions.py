"""Destroying what is due, and the holds that stop it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.definitions.retention_spans import retentions
from brik.jobs import person_lock
from brik.people.models import Person
from brik.staff.access import require
from brik.staff.models import Staff
from brik.vault.models import TALK, Key
from consent.models import Talk, TalkState
from consent.record.endings import abandon
from followup.desk.permissions import DeskPermission
from followup.desk.retention.due_keys import due
from followup.desk.retention.legal_holds import LegalHold, LegalHoldEnd


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
def end_hold(hold: LegalHold, *, confirmed_by: Staff, by: Staff) -> LegalHoldEnd:
    """End a hold: what is due is destroyed in the next night. Takes two people.

    Raises:
        PermissionDenied: one of them may not, or they are the same.
    """
    _require_two(by, confirmed_by)
    person_lock.hold(hold.person_id)
    end = LegalHoldEnd.objects.create(hold=hold, asked_by=by, confirmed_by=confirmed_by)
    log.record(Verb.HOLD_ENDED, by=by, subject=hold.person_id, obj=hold, about=confirmed_by.actor_id)
    return end


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
    key.wrapped, key.destroyed_at = b"", timezone.now()
    key.save(update_fields=["wrapped", "destroyed_at"])
    log.record(
        Verb.KEY_DESTROYED, by=by, subject=key.person, obj=key, reason=reason, about=f"{key.keeping} {key.subject}"
    )
    return key
