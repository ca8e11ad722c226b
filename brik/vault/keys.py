"""The data key of each person, and the key ring: opened keys, kept for one request or job."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction

from brik.vault.models import PERSON, Key
from brik.vault.providers.file_provider import provider
from brik.vault.sealing import SealBroken


class _Ring:
    """Opened keys. Keys made in a transaction that may still roll back are read again before they seal."""

    def __init__(self) -> None:
        self.opened: dict[UUID, AESGCM] = {}
        self.unsure: set[UUID] = set()
        # Loaded with others but not to be opened: ``key_for`` raises for these without another query.
        self.shut: set[UUID] = set()


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


def preload(subjects: Iterable[UUID]) -> None:
    """Open the keys of many people with one query; does nothing outside a ring.

    A missing or changed key does not stop the others: ``key_for`` raises when that key is needed.
    """
    key_ring = _ring.get()
    missing = {subject for subject in subjects if subject is not None} - key_ring.opened.keys() if key_ring else set()
    if key_ring is not None and missing:
        with connection.cursor() as cursor:
            # One list instead of thousands of parameters: all names of a unit are opened together.
            cursor.execute(_LIVING, [PERSON, list(missing)])
            for subject, wrapped, key_id in cursor:
                with suppress(SealBroken):
                    key_ring.opened[subject] = AESGCM(provider().unwrap(bytes(wrapped), subject, key_id))
        key_ring.shut = (key_ring.shut | missing) - key_ring.opened.keys()


def key_for(subject: UUID) -> AESGCM:
    """The key of one person. Raises ``SealBroken`` when there is none, or it has been destroyed."""
    key_ring = _ring.get()
    if key_ring is not None and subject in key_ring.opened:
        return key_ring.opened[subject]
    shut = key_ring is not None and subject in key_ring.shut
    row = None if shut else Key.objects.filter(keeping=PERSON, subject=subject, destroyed_at=None).first()
    if row is None:
        raise SealBroken("the key is gone")
    key = _open(row)
    if key_ring is not None:
        key_ring.opened[subject] = key
    return key


def unwrapped(subject: UUID, wrapped: bytes | memoryview | None, key_id: str) -> AESGCM:
    """The key of one person, from the columns that a query of rows and keys gave. Raises ``SealBroken`` for none."""
    key_ring = _ring.get() or _Ring()
    key = key_ring.opened.get(subject)
    if key is None:
        if wrapped is None:
            raise SealBroken("the key is gone")
        key = key_ring.opened[subject] = AESGCM(provider().unwrap(bytes(wrapped), subject, key_id))
    return key


def key_for_sealing(subject: UUID) -> AESGCM:
    """The key of one person, made now if this is the first value sealed. A destroyed key is never replaced."""
    key_ring = _ring.get()
    if key_ring is not None and subject in key_ring.opened and subject not in key_ring.unsure:
        return key_ring.opened[subject]
    preload_for_sealing([subject])
    return key_for(subject)


def preload_for_sealing(subjects: Iterable[UUID]) -> None:
    """Make the missing keys with at most two queries; inside a ring, open all with one more."""
    wanted, key_ring = set(subjects), _ring.get()
    if key_ring is not None:
        # A key made in a transaction that rolled back is not stored: what it sealed could never be opened.
        wanted -= key_ring.opened.keys() - key_ring.unsure
    if not wanted:
        return
    missing = wanted - set(Key.objects.filter(keeping=PERSON, subject__in=wanted).values_list("subject", flat=True))
    if missing:
        _make(missing)
    if key_ring is not None:
        for subject in missing:
            key_ring.opened.pop(subject, None)
        key_ring.unsure |= missing
        transaction.on_commit(lambda: key_ring.unsure.difference_update(missing))
        preload(wanted)


def _make(subjects: Iterable[UUID]) -> None:
    # Sorted, to avoid a deadlock of two processes; of two keys made for one person the first is stored and used.
    Key.objects.bulk_create(
        [
            Key(
                keeping=PERSON,
                subject=subject,
                wrapped=provider().wrap(AESGCM.generate_key(256), subject),
                key_id=provider().key_id,
            )
            for subject in sorted(subjects)
        ],
        ignore_conflicts=True,
    )


def lookup_hash(purpose: str, value: str) -> bytes:
    """A keyed hash for exact look-up of ``value``. Each ``purpose`` gives another hash."""
    column_key = hmac.digest(provider().lookup_key, purpose.encode(), hashlib.sha256)
    return hmac.digest(column_key, value.encode(), hashlib.sha256)


def _open(row: Key) -> AESGCM:
    return AESGCM(provider().unwrap(bytes(row.wrapped), row.subject, row.key_id))
