"""The data key of each keeping, and the ring that holds the keys read for one request or job."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.vault.codes.row_codes import coding_of
from brik.vault.models import CONSENT, DISCLOSURE, INTERVIEW, ORGANISATION, PERSON, Key
from brik.vault.providers.provider import provider
from brik.vault.sealing import DataKey, KeyPair, SealBroken, Shredded

# What a key is kept for, and what it is the key of: there is one such key.
_Kept = tuple[str, UUID]


class KeyName(NamedTuple):
    """Which key: what it is kept for, what it is the key of, and whom it is about (nobody: an organisation's)."""

    keeping: str
    subject: UUID
    person: UUID | None

    @property
    def kept(self) -> _Kept:
        """The two that tell it from every other key."""
        return self.keeping, self.subject


class StoredKey(NamedTuple):
    """A key as it is stored: wrapped, with the one it replaces if values are sealed under both, and what wraps them."""

    wrapped: bytes
    before: bytes
    key_id: str

    def opened(self, keeping: str, subject: UUID) -> DataKey:
        """The key of this name. Raises ``SealBroken`` when it was changed, or belongs to another name."""
        newest = AESGCM(provider().unwrap(self.wrapped, keeping, subject, self.key_id))
        if not self.before:
            return newest
        return KeyPair(newest, AESGCM(provider().unwrap(self.before, keeping, subject, self.key_id)))


def stored(key: Key) -> StoredKey:
    """What of a row is needed to open it."""
    return StoredKey(bytes(key.wrapped), bytes(key.before), key.key_id)


def of_person(person: UUID) -> KeyName:
    """The key of who somebody is."""
    return KeyName(PERSON, person, person)


def of_organisation(subject: UUID) -> KeyName:
    """The key of an organisation."""
    return KeyName(ORGANISATION, subject, None)


class _Ring:
    """Keys that were read. Each is read in the transaction in which it seals (:meth:`may_seal`)."""

    def __init__(self) -> None:
        self.opened: dict[Hashable, DataKey] = {}
        # Read with others, and opened when it is needed.
        self.wrapped: dict[_Kept, StoredKey] = {}
        # A hook of the transaction that each was read in: the hooks go with the transaction, or the savepoint.
        self.read_in: dict[_Kept, Callable[[], None]] = {}
        # Asked for, and gone: who needs one of these is told without another query.
        self.gone: set[_Kept] = set()
        # Their rows say that they were destroyed, and fit their codes: each with the id of its row.
        self.destroyed: dict[_Kept, int] = {}
        # Whether an event says so too, of those that were asked for.
        self.shredded: dict[_Kept, bool] = {}

    def holds(self, kept: _Kept) -> bool:
        return kept in self.opened or kept in self.wrapped

    def may_seal(self, kept: _Kept) -> bool:
        """Whether a key was read in the transaction that is open now, so that it is neither undone nor replaced.

        Rotation waits for the transactions that may have read the key before. It knows none that are over.
        """
        hook = self.read_in.get(kept)
        return self.holds(kept) and hook is not None and any(hook is each[1] for each in connection.run_on_commit)

    def forget(self, kept: _Kept) -> None:
        """Let a key be read again before it is used."""
        self.opened.pop(kept, None)
        self.wrapped.pop(kept, None)

    def take(self, kept: _Kept, stored: StoredKey, read_in: Callable[[], None]) -> None:
        """Keep a key that has just been read."""
        self.gone.discard(kept)
        self.wrapped[kept], self.read_in[kept] = stored, read_in


_ring: ContextVar[_Ring | None] = ContextVar("brik_key_ring", default=None)

_COLUMNS = [str(field.attname) for field in Key._meta.concrete_fields]
_READ = f"SELECT {', '.join(_COLUMNS)} FROM vault_key WHERE "  # noqa: S608  # the columns of a model
# One list instead of thousands of parameters: a whole unit's names are opened at once.
_NAMED = "keeping = ANY(%s) AND subject = ANY(%s)"
# A page that shows what somebody has said needs several of the person's keys: they are read at once. Whoever sees only
# the name, or a talk, reads no other key: how many there are tells what the person has said.
_ABOUT = "person = %s"
_READ_TOGETHER = (INTERVIEW, CONSENT, DISCLOSURE)


@contextmanager
def ring() -> Iterator[None]:
    """Keep keys until the end of the block. Outside a ring every use queries the database."""
    token = _ring.set(_Ring())
    try:
        yield
    finally:
        _ring.reset(token)


def preload(people: Iterable[UUID]) -> None:
    """Read the keys of who these people are with one query; does nothing outside a ring."""
    preload_names(of_person(person) for person in people if person is not None)


def preload_names(names: Iterable[KeyName]) -> None:
    """Read many keys with one query; does nothing outside a ring.

    A missing or changed key does not stop the others: ``key_for`` raises when that key is needed.
    """
    key_ring = _ring.get()
    if key_ring is not None and (missing := {name for name in names if not key_ring.holds(name.kept)}):
        _read_named(missing)
        key_ring.gone |= {name.kept for name in missing if not key_ring.holds(name.kept)}


def key_for(name: KeyName) -> DataKey:
    """The key of this name. Raises ``SealBroken`` when there is none, and ``Shredded`` when it has been destroyed.

    A row that was made to say so past us is no destroyed key: the code and an event must say it too.
    Inside a ring the person's other keys are read with that of an interview, a consent or a disclosure.
    """
    key_ring, kept = _ring.get() or _Ring(), name.kept
    if kept not in key_ring.opened:
        if not key_ring.holds(kept) and kept not in key_ring.gone:
            if name.keeping in _READ_TOGETHER and _ring.get() is not None:
                _read(key_ring, _ABOUT, [name.person])
            else:
                _read(key_ring, _NAMED, [[name.keeping], [name.subject]], people={kept: name.person})
        if kept not in key_ring.wrapped:
            key_ring.gone.add(kept)
            raise Shredded("the key is destroyed") if _is_destroyed(key_ring, kept) else SealBroken("the key is gone")
        key_ring.opened[kept] = key_ring.wrapped[kept].opened(*kept)
    return key_ring.opened[kept]


def in_ring(name: Hashable) -> DataKey | None:
    """An opened key that was remembered under a name of its own; None outside a ring."""
    key_ring = _ring.get()
    return key_ring.opened.get(name) if key_ring is not None else None


def remember(name: Hashable, key: DataKey) -> None:
    """Keep an opened key until the end of the ring; does nothing outside one."""
    key_ring = _ring.get()
    if key_ring is not None:
        key_ring.opened[name] = key


def unwrapped(
    keeping: str, subject: UUID, wrapped: bytes | memoryview | None, before: bytes | memoryview | None, key_id: str
) -> DataKey:
    """A key, from what a query of rows and keys brought. Raises ``SealBroken`` when there is none."""
    key_ring, kept = _ring.get() or _Ring(), (keeping, subject)
    key = key_ring.opened.get(kept)
    if key is None:
        if wrapped is None:
            raise SealBroken("the key is gone")
        key = key_ring.opened[kept] = StoredKey(bytes(wrapped), bytes(before or b""), key_id).opened(*kept)
    return key


def key_for_sealing(name: KeyName) -> DataKey:
    """The key of this name, made now if this is the first thing sealed. A destroyed key is never made anew."""
    key_ring = _ring.get()
    if key_ring is None or not key_ring.may_seal(name.kept):
        preload_for_sealing([name])
    return key_for(name)


def preload_for_sealing(names: Iterable[KeyName]) -> None:
    """Read the keys with one query, and make those that are missing with one more; inside a ring read these too."""
    key_ring = _ring.get()
    # A key made in a transaction that was undone is no key, and one read in an earlier transaction may be replaced by
    # now: what they sealed could never be opened.
    wanted = {name for name in names if key_ring is None or not key_ring.may_seal(name.kept)}
    if not wanted:
        return
    if key_ring is not None:
        for name in wanted:
            key_ring.forget(name.kept)
    known = _read_named(wanted)
    missing = {name for name in wanted if name.kept not in known}
    if not missing:
        return
    _make(missing)
    if key_ring is not None:
        _read_named(missing)


def _read_named(names: Collection[KeyName]) -> dict[_Kept, bool]:
    """Read these keys into the ring, if there is one. Gives those there are, and whether each lives."""
    people = {name.kept: name.person for name in names}
    keepings, subjects = {name.keeping for name in names}, {name.subject for name in names}
    return _read(_ring.get() or _Ring(), _NAMED, [[*keepings], [*subjects]], people=people)


def _read(
    key_ring: _Ring, condition: str, params: list[Any], *, people: dict[_Kept, UUID | None] | None = None
) -> dict[_Kept, bool]:
    """Read keys into a ring; ``people`` says which are wanted, and about whom each must be.

    One that is said to be about somebody else is not taken: it would outlive the person's others.
    """
    known: dict[_Kept, bool] = {}
    with connection.cursor() as cursor:
        cursor.execute(_READ + condition, params)
        hook = _new_hook()
        for values in cursor:
            key = dict(zip(_COLUMNS, values, strict=True))
            kept = key["keeping"], key["subject"]
            if people is None or kept in people:
                is_right = people is None or people[kept] == key["person"]
                known[kept] = key["destroyed_at"] is None and is_right
                if known[kept]:
                    key_ring.take(kept, StoredKey(bytes(key["wrapped"]), bytes(key["before"]), key["key_id"]), hook)
                elif is_right and coding_of(Key).fits(key):
                    key_ring.destroyed[kept] = key["id"]
    return known


def _is_destroyed(key_ring: _Ring, kept: _Kept) -> bool:
    """Whether a key was destroyed on purpose: its row has its code, and an event tells of it. One query for a ring.

    Living keys are not asked for: one that was changed past us opens nothing.
    """
    if kept not in key_ring.destroyed:
        return False
    unseen = {kept: str(pk) for kept, pk in key_ring.destroyed.items() if kept not in key_ring.shredded}
    if kept in unseen:
        events = Event.objects.filter(
            verb=Verb.KEY_DESTROYED, object_name=Key.RECORD_NAME, object_id__in=unseen.values()
        )
        named = set(events.order_by().values_list("object_id", flat=True))
        key_ring.shredded |= {kept: pk in named for kept, pk in unseen.items()}
    return key_ring.shredded[kept]


def _make(names: Iterable[KeyName]) -> None:
    # In one order, and the first key made is the one all use: two processes may come at once.
    Key.objects.bulk_create(
        [
            Key(
                keeping=name.keeping,
                subject=name.subject,
                person=name.person,
                wrapped=provider().wrap(AESGCM.generate_key(256), name.keeping, name.subject),
                key_id=provider().key_id,
            )
            for name in sorted(names, key=lambda name: name.kept)
        ],
        ignore_conflicts=True,
    )


def lookup_hash(purpose: str, value: str, *, key: bytes = b"") -> bytes:
    """A keyed hash of ``value``, under the present look-up key or ``key``. Each ``purpose`` gives another hash."""
    column_key = hmac.digest(key or provider().lookup_key, purpose.encode(), hashlib.sha256)
    return hmac.digest(column_key, value.encode(), hashlib.sha256)


def _new_hook() -> Callable[[], None]:
    """A hook of the transaction, or savepoint, that is open now. It does nothing, and is gone when that is over."""

    def hook() -> None:
        pass

    if connection.in_atomic_block:
        transaction.on_commit(hook)
    return hook
