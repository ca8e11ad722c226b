"""The data key of each person and organisation, and the ring that holds opened keys for one request or job."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction

from brik.vault.models import PERSON, Key
from brik.vault.providers.provider import provider
from brik.vault.sealing import SealBroken

# A key is named by what it is kept for, and by whom or what it is the key of.
_Name = tuple[str, UUID]


class _Ring:
    """Opened keys. Keys made in a transaction that may still roll back are read again before they seal."""

    def __init__(self) -> None:
        self.opened: dict[Hashable, AESGCM] = {}
        self.unsure: set[_Name] = set()
        # Asked for with others, and not to be opened: who needs one of these is told without another query.
        self.shut: set[_Name] = set()


_LIVING = (
    "SELECT subject, wrapped, key_id FROM vault_key WHERE keeping = %s AND subject = ANY(%s) AND destroyed_at IS NULL"
)
_ring: ContextVar[_Ring | None] = ContextVar("brik_key_ring", default=None)


@contextmanager
def ring() -> Iterator[None]:
    """Keep opened keys until the end of the block. Outside a ring every use queries the database."""
    token = _ring.set(_Ring())
    try:
        yield
    finally:
        _ring.reset(token)


def preload(subjects: Iterable[UUID], keeping: str = PERSON) -> None:
    """Open the keys of many people with one query; does nothing outside a ring.

    A missing or changed key does not stop the others: ``key_for`` raises when that key is needed.
    """
    key_ring = _ring.get()
    wanted = {(keeping, subject) for subject in subjects if subject is not None} if key_ring else set()
    if key_ring is not None and (missing := wanted - key_ring.opened.keys()):
        with connection.cursor() as cursor:
            # One list instead of thousands of parameters: a whole unit's names are opened at once.
            cursor.execute(_LIVING, [keeping, [subject for _, subject in missing]])
            for subject, wrapped, key_id in cursor:
                with suppress(SealBroken):
                    key_ring.opened[keeping, subject] = AESGCM(
                        provider().unwrap(bytes(wrapped), keeping, subject, key_id)
                    )
        key_ring.shut = (key_ring.shut | missing) - key_ring.opened.keys()


def key_for(subject: UUID, keeping: str = PERSON) -> AESGCM:
    """The key of one person or organisation. Raises ``SealBroken`` when there is none, or it has been destroyed."""
    key_ring, name = _ring.get(), (keeping, subject)
    if key_ring is not None and name in key_ring.opened:
        return key_ring.opened[name]
    shut = key_ring is not None and name in key_ring.shut
    row = None if shut else Key.objects.filter(keeping=keeping, subject=subject, destroyed_at=None).first()
    if row is None:
        raise SealBroken("the key is gone")
    key = _open(row)
    if key_ring is not None:
        key_ring.opened[name] = key
    return key


def in_ring(name: Hashable) -> AESGCM | None:
    """An opened key that was remembered under a name of its own; None outside a ring."""
    key_ring = _ring.get()
    return key_ring.opened.get(name) if key_ring is not None else None


def remember(name: Hashable, key: AESGCM) -> None:
    """Keep an opened key until the end of the ring; does nothing outside one."""
    key_ring = _ring.get()
    if key_ring is not None:
        key_ring.opened[name] = key


def unwrapped(subject: UUID, wrapped: bytes | memoryview | None, key_id: str) -> AESGCM:
    """The key of one person, from what a query of rows and keys brought. Raises ``SealBroken`` when there is none."""
    key_ring, name = _ring.get() or _Ring(), (PERSON, subject)
    key = key_ring.opened.get(name)
    if key is None:
        if wrapped is None:
            raise SealBroken("the key is gone")
        key = key_ring.opened[name] = AESGCM(provider().unwrap(bytes(wrapped), PERSON, subject, key_id))
    return key


def key_for_sealing(subject: UUID, keeping: str = PERSON) -> AESGCM:
    """The key of a person or organisation, made now if this is the first thing sealed.

    A destroyed key is never made anew.
    """
    key_ring, name = _ring.get(), (keeping, subject)
    if key_ring is not None and name in key_ring.opened and name not in key_ring.unsure:
        return key_ring.opened[name]
    preload_for_sealing([subject], keeping)
    return key_for(subject, keeping)


def preload_for_sealing(subjects: Iterable[UUID], keeping: str = PERSON) -> None:
    """Make the keys that are missing with at most two queries, and open them all with one more inside a ring."""
    wanted, key_ring = {(keeping, subject) for subject in subjects}, _ring.get()
    if key_ring is not None:
        # A key made in a transaction that was undone is no key: what it sealed could never be opened.
        wanted -= key_ring.opened.keys() - key_ring.unsure
    if not wanted:
        return
    known = Key.objects.filter(keeping=keeping, subject__in=[subject for _, subject in wanted])
    missing = wanted - {(keeping, subject) for subject in known.values_list("subject", flat=True)}
    if missing:
        _make(missing)
    if key_ring is not None:
        for name in missing:
            key_ring.opened.pop(name, None)
        key_ring.unsure |= missing
        transaction.on_commit(lambda: key_ring.unsure.difference_update(missing))
        preload([subject for _, subject in wanted], keeping)


def _make(names: Iterable[_Name]) -> None:
    # In one order, and the first key made is the one all use: two processes may come at once.
    Key.objects.bulk_create(
        [
            Key(
                keeping=keeping,
                subject=subject,
                wrapped=provider().wrap(AESGCM.generate_key(256), keeping, subject),
                key_id=provider().key_id,
            )
            for keeping, subject in sorted(names)
        ],
        ignore_conflicts=True,
    )


def lookup_hash(purpose: str, value: str) -> bytes:
    """A keyed hash for exact look-up of ``value``. Each ``purpose`` gives another hash."""
    column_key = hmac.digest(provider().lookup_key, purpose.encode(), hashlib.sha256)
    return hmac.digest(column_key, value.encode(), hashlib.sha256)


def _open(row: Key) -> AESGCM:
    return AESGCM(provider().unwrap(bytes(row.wrapped), row.keeping, row.subject, row.key_id))
