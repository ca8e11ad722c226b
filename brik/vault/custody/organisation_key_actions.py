"""The life of an organisation's keys: created, replaced, retired. Each step is an event; the last takes two custodians.

A replaced key still opens. When it is retired, what it sealed is moved to the newest key, and it is destroyed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.vault import keys, organisation_keys, shared_keys
from brik.vault.codes.coded_models import proved
from brik.vault.custody.actions import STALE, Custodians, demand_both
from brik.vault.custody.key_overlap import demand_over, overlap
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.inspection import sealed_models
from brik.vault.models import ORGANISATION, Key
from brik.vault.place import place_of
from brik.vault.providers.key_contents import KeyState

BATCH = 500


@dataclass(frozen=True)
class OrganisationKey:
    """One of an organisation's keys, by its number: the first is 1."""

    number: int
    # When it was made: the one before was replaced then.
    since: datetime
    state: KeyState

    @property
    def is_living(self) -> bool:
        """Whether something can be sealed by it."""
        return self.state is not KeyState.DESTROYED


@transaction.atomic
def create(organisation: UUID, *, by: Actor) -> None:
    """The first key of an organisation, before anything is sealed for it; else the first slip makes it.

    Raises ``CustodyRefused`` if it has one.
    """
    _lock()
    if of(organisation):
        raise CustodyRefused("The organisation has a key already: replace it.")
    _make(organisation, 1, Reason.CREATED, by=by)


@transaction.atomic
def replace(organisation: UUID, *, by: Actor) -> int:
    """A new key, which seals from now on; the one before still opens. Its number.

    Raises ``CustodyRefused`` while an older one still opens, for an organisation without a key, and after the last.
    """
    _lock()
    every = of(organisation)
    if not every:
        raise CustodyRefused("The organisation has no key yet: create it.")
    if len(older := [key for key in every if key.is_living]) > 1:
        raise CustodyRefused(f"Key {older[0].number} is replaced and still opens: retire it first.")
    if len(every) == organisation_keys.MOST:
        raise CustodyRefused(f"An organisation has at most {organisation_keys.MOST} keys, one after another.")
    _make(organisation, number := len(every) + 1, Reason.REPLACED, by=by)
    return number


@transaction.atomic
def retire(organisation: UUID, *, custodians: Custodians, at_once: bool = False, by: Actor) -> tuple[int, int]:
    """Move what a replaced key has sealed to the newest, and destroy it. Its number, and how many rows were moved.

    Raises ``CustodyRefused`` if none is replaced, and before the overlap is over; ``at_once`` is for a key that is
    stolen. Raises ``SealBroken`` if a row does not open: then nothing is changed.
    """
    demand_both(custodians)
    _lock()
    living = [key for key in of(organisation) if key.is_living]
    if len(living) < 2:
        raise CustodyRefused("No key of the organisation is replaced: the newest is not retired.")
    replaced, newest = living
    demand_over(newest.since, STALE if at_once else overlap(), f"key {replaced.number} may still be sealed with")
    moved = _move(organisation)
    name = organisation_keys.names(organisation)[replaced.number - 1]
    Key.objects.filter(keeping=ORGANISATION, subject=name.subject).change(destroyed_at=timezone.now(), wrapped=b"")
    _record(Reason.RETIRED, name, by=by)
    return replaced.number, moved


def of(organisation: UUID) -> list[OrganisationKey]:
    """The keys an organisation has had, the first one first. Raises ``CodeBroken`` for a row changed past us."""
    subjects = [name.subject for name in organisation_keys.names(organisation)]
    stored = {key.subject: key for key in proved(Key.objects.filter(keeping=ORGANISATION, subject__in=subjects))}
    made = [subject for subject in subjects if subject in stored]

    def state(subject: UUID) -> KeyState:
        if stored[subject].destroyed_at is not None:
            return KeyState.DESTROYED
        return KeyState.CURRENT if subject == made[-1] else KeyState.OPEN

    return [
        OrganisationKey(number, stored[subject].created_at, state(subject))
        for number, subject in enumerate(made, start=1)
    ]


def _move(organisation: UUID) -> int:
    """Every row that opens with a key of the organisation opens with the newest from now on."""
    moved = 0
    for model in sealed_models():
        if getattr(model, "SEALED_WITH", ""):
            rows = model._base_manager.order_by("pk").iterator(BATCH)
            names = (name for row in rows if (name := place_of(row).shared_key) and name.organisation == organisation)
            while batch := list(islice(names, BATCH)):
                with keys.ring():
                    moved += shared_keys.move_to_newest(batch)
    return moved


def _make(organisation: UUID, number: int, reason: Reason, *, by: Actor) -> None:
    name = organisation_keys.names(organisation)[number - 1]
    keys.preload_for_sealing([name])
    _record(reason, name, by=by)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('vault:organisation-keys', 0))")


def _record(reason: Reason, name: keys.KeyName, *, by: Actor) -> None:
    log.record(Verb.ORGANISATION_KEY_CHANGED, by=by, reason=reason, about=f"{name.keeping} {name.subject}")
