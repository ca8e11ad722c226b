"""The data key of each person, and the ring that holds opened keys for the length of one request or job."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from brik.vault.models import SubjectKey
from brik.vault.provider import provider
from brik.vault.sealing import SealBroken

_ring: ContextVar[dict[UUID, AESGCM] | None] = ContextVar("brik_key_ring", default=None)


@contextmanager
def ring() -> Iterator[None]:
    """Keep opened keys until the end of the block, then forget them. Outside a ring every use asks the database."""
    token = _ring.set({})
    try:
        yield
    finally:
        _ring.reset(token)


def preload(subjects: Iterable[UUID]) -> None:
    """Open the keys of many people with one query; does nothing outside a ring."""
    opened = _ring.get()
    if opened is None:
        return
    missing = [subject for subject in set(subjects) if subject not in opened]
    if missing:
        for row in SubjectKey.objects.filter(pk__in=missing, destroyed_at=None):
            opened[row.subject] = _open(row)


def key_for(subject: UUID) -> AESGCM:
    """The key of one person. Raises ``SealBroken`` when there is none, or it has been destroyed."""
    opened = _ring.get()
    if opened is not None and subject in opened:
        return opened[subject]
    row = SubjectKey.objects.filter(pk=subject, destroyed_at=None).first()
    if row is None:
        raise SealBroken("the key is gone")
    key = _open(row)
    if opened is not None:
        opened[subject] = key
    return key


def key_for_sealing(subject: UUID) -> AESGCM:
    """The key of one person, made now if this is the first thing sealed. A destroyed key is never made anew."""
    opened = _ring.get()
    if opened is not None and subject in opened:
        return opened[subject]
    if not SubjectKey.objects.filter(pk=subject).exists():
        wrapped = provider().wrap(AESGCM.generate_key(256), subject)
        # Two processes may come at once: the first key made is the one both use.
        SubjectKey.objects.bulk_create(
            [SubjectKey(subject=subject, wrapped=wrapped, key_id=provider().key_id)], ignore_conflicts=True
        )
    return key_for(subject)


def lookup_hash(purpose: str, value: str) -> bytes:
    """A keyed hash for exact look-up of ``value``; the same value gives another hash for another ``purpose``."""
    column_key = hmac.digest(provider().lookup_key, purpose.encode(), hashlib.sha256)
    return hmac.digest(column_key, value.encode(), hashlib.sha256)


def _open(row: SubjectKey) -> AESGCM:
    return AESGCM(provider().unwrap(bytes(row.wrapped), row.subject, row.key_id))
