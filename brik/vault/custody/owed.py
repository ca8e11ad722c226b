"""What is still owed after data keys were destroyed: their wrapped bytes survive where the database has been.

An overwritten row lives on in the heap until it is vacuumed, in the write-ahead log and in every backup. Those bytes
open for as long as a wrapping key lives that was there while the data key was: the one it was wrapped by last, or an
older one, before a rotation. So a data key is gone once each of these is destroyed, in the module and in every copy of
the custodians' backup.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, Q

from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.vault.codes.row_codes import fits
from brik.vault.models import Key
from brik.vault.providers.key_contents import KeyContents, KeyState, WrappingKey, read_contents
from brik.vault.providers.key_module import key_module


@dataclass(frozen=True)
class WrappingKeyLife:
    """From when until when a wrapping key has been there, and when its copies in older backups were destroyed."""

    key_id: str
    state: KeyState
    # None: from the first.
    made_at: datetime | None
    destroyed_at: datetime | None
    copies_destroyed_at: datetime | None

    @property
    def is_owed(self) -> bool:
        """Whether something is left to do before nothing opens with it."""
        return self.destroyed_at is None or self.copies_destroyed_at is None

    def may_have_wrapped(self, key: Key) -> bool:
        """Whether it was there at some moment while the destroyed data key was."""
        made_before = self.made_at is None or key.destroyed_at is None or self.made_at < key.destroyed_at
        return made_before and (self.destroyed_at is None or key.created_at < self.destroyed_at)


@dataclass(frozen=True)
class OwedDestruction:
    """A wrapping key, or a copy of it, that still opens what survives of destroyed data keys."""

    key: WrappingKeyLife
    data_keys: int
    # When the first of them was destroyed: the wrapping key is owed since then.
    since: datetime


def lives() -> list[WrappingKeyLife]:
    """Every wrapping key that the module knows, those that are destroyed too."""
    return _lives(read_contents(key_module()))


def owed() -> list[OwedDestruction]:
    """What is to be destroyed, the oldest debt first."""
    found = []
    for life in lives():
        during = Q()
        if life.made_at is not None:
            during &= Q(destroyed_at__gt=life.made_at)
        if life.destroyed_at is not None:
            during &= Q(created_at__lt=life.destroyed_at)
        gone = Key.objects.filter(during, destroyed_at__isnull=False)
        since = gone.aggregate(first=Min("destroyed_at"))["first"]
        if life.is_owed and since is not None:
            found.append(OwedDestruction(life, gone.count(), since))
    return sorted(found, key=lambda debt: debt.since)


def copies_recorded(key_id: str) -> datetime | None:
    """When the custodians said that no older backup holds the key any more; None if they have not."""
    return _first_told(Reason.COPIES_DESTROYED, key_id)


def _lives(contents: KeyContents) -> list[WrappingKeyLife]:
    return [_life(key_id, key) for key_id, key in contents.wrapping.items()]


def _life(key_id: str, key: WrappingKey) -> WrappingKeyLife:
    gone = key.since if key.state == KeyState.DESTROYED else None
    made = _first_told(Reason.CREATED, key_id)
    return WrappingKeyLife(key_id, key.state, made, gone, copies_recorded(key_id) if gone else None)


def _first_told(reason: Reason, key_id: str) -> datetime | None:
    """When the log first tells of it; an event that was not written here does not count."""
    told: Iterable[Event] = Event.objects.filter(verb=Verb.WRAPPING_KEY_CHANGED, reason=reason, about=key_id).order_by(
        "pk"
    )
    return next((event.at for event in told if fits(event)), None)
