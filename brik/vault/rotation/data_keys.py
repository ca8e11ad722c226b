"""Replaces the data key of one keeping: its rows and their history are sealed anew, beside the running traffic.

The new key is stored beside the old one, and everybody opens with both. Then it takes three steps until the old one may
go: transactions that may have read only the old key end; every row is sealed anew; and the proof opens all of them with
the new key alone. Interrupted at any point, the same command goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, models, transaction

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.vault import keys, shared_keys
from brik.vault.codes.coded_models import proved
from brik.vault.models import SHARED_ROW, Key
from brik.vault.place import present_place
from brik.vault.providers.provider import provider
from brik.vault.rotation.counts import Report, RotationCount, RotationRefused, silent
from brik.vault.rotation.keeping_rows import grouped, name_of, opened, rows_of, shared_rows, values_of
from brik.vault.rotation.open_transactions import wait_for_open_transactions
from brik.vault.rotation.rotation_role import rotation_role
from brik.vault.sealing import DataKey, KeyPair, SealBroken, seal, seal_nothing
from brik.vault.shared_keys import SharedKeyName

# By column, place and value, the bytes it is sealed to under the new key.
Resealed = dict[tuple[str, bytes, bytes | None], bytes]

# A page that read a row before it was sealed anew still opens it. No request lasts so long.
SECONDS_FOR_READERS = 60


@rotation_role()
def replace_key(
    keeping: str,
    subject: UUID,
    *,
    by: Actor,
    ends: bool = True,
    seconds_for_readers: float = SECONDS_FOR_READERS,
    report: Report = silent,
    waiting: Callable[[int], None] = lambda left: None,
) -> RotationCount:
    """Give a keeping another data key, and seal everything under it anew, at the same row versions. Gives the proof.

    The old key goes only when the proof is complete, and not unless this ``ends``; until then both open. Each row is an
    event.
    Raises ``RotationRefused`` where there is no such key, or it is destroyed; ``SealBroken`` where it was changed.
    """
    _begin(keeping, subject, by=by)
    count = RotationCount()
    # First those who may seal with the old key end; then those who may write what they read before it was sealed anew.
    for _ in range(2):
        wait_for_open_transactions(waiting)
        groups = [(tables, row) for tables in rows_of(keeping, subject).values() for row in grouped(tables)]
        for number, (tables, row) in enumerate(groups, 1):
            count.written += _reseal(keeping, subject, tables, row, by=by)
            report(number, len(groups))
        of = sum(1 for _ in shared_rows(keeping, subject))
        for number, shared in enumerate(shared_rows(keeping, subject), 1):
            count.written += _share_anew(shared)
            report(number, of)
    if not ends:
        return count
    time.sleep(seconds_for_readers)
    return _finish(keeping, subject, count, by=by)


@transaction.atomic
def _begin(keeping: str, subject: UUID, *, by: Actor) -> None:
    """Store a new key beside the old one; does nothing where an interrupted run has done so."""
    key = _locked(keeping, subject)
    if key.before:
        return
    data_key = AESGCM.generate_key(256)
    if keeping == SHARED_ROW:
        name = _shared_name(subject)
        data_key = shared_keys.shared(data_key, name, *(keys.key_for(part) for part in name.parts[:2]))
    before = provider().unwrap(bytes(key.wrapped), keeping, subject, key.key_id)
    _write(key, provider().wrap(data_key, keeping, subject), provider().wrap(before, keeping, subject))
    log.record(
        Verb.KEYS_ROTATED, by=by, subject=key.person, obj=key, reason=Reason.CREATED, about=f"{keeping} {subject}"
    )


@transaction.atomic
def _reseal(keeping: str, subject: UUID, tables: list[Any], row: UUID, *, by: Actor) -> int:
    """Seal a row and its history under the new key. Gives how many rows were written.

    The same bytes stay the same bytes: a row is compared with the last one in its history.
    """
    pair = _pair(_locked(keeping, subject))
    found = [
        row_found
        for rows in tables
        for row_found in rows.filter(uuid=row).order_by("pk").select_for_update(of=("self",), no_key=True)
    ]
    anew: Resealed = {}
    for each in found:
        _remember_new(each, pair, anew)
    written = [each for each in found if _write_row(each, _resealed(each, pair, anew))]
    if written:
        _record(found, by=by)
    return len(written)


def _remember_new(row: models.Model, pair: KeyPair, anew: Resealed) -> None:
    """Remember the values of a row that the new key opens already."""
    with suppress(SealBroken):
        for field, stored, bound_to in values_of(row):
            with suppress(SealBroken):
                anew[field.attname, bound_to, opened(pair.newest, stored, bound_to)] = stored


def _resealed(row: models.Model, pair: KeyPair, anew: Resealed) -> dict[str, bytes]:
    """The values of a row that the new key alone does not open yet, under it, by column. None of a row that is broken.

    The proof names such a row.
    """
    found = {}
    try:
        for field, stored, bound_to in values_of(row):
            value = opened(pair, stored, bound_to)
            place = (field.attname, bound_to, value)
            if place not in anew:
                anew[place] = _sealed(pair.newest, value, bound_to)
            if stored != anew[place] and not _opens(pair.newest, stored, bound_to):
                found[str(field.column)] = anew[place]
    except SealBroken:
        return {}
    return found


def _sealed(key: DataKey, value: bytes | None, bound_to: bytes) -> bytes:
    return seal_nothing(key, bound_to) if value is None else seal(key, value, bound_to)


def _opens(key: DataKey, stored: bytes, bound_to: bytes) -> bool:
    try:
        opened(key, stored, bound_to)
    except SealBroken:
        return False
    return True


@transaction.atomic
def _share_anew(row: Any) -> int:
    """Seal the key of a row that takes two keys under the newer ones of the two. One row, or none."""
    name = present_place(row).shared_key
    key = Key.objects.select_for_update(no_key=True).filter(keeping=SHARED_ROW, subject=row.pk).first()
    if name is None or key is None or key.destroyed_at:
        return 0
    proved([key])
    try:
        with keys.ring():
            both = [keys.key_for(part) for part in name.parts[:2]]
    except SealBroken:
        return 0

    def again(wrapped: bytes) -> bytes:
        twice = provider().unwrap(wrapped, SHARED_ROW, row.pk, key.key_id)
        return provider().wrap(
            shared_keys.shared(shared_keys.unshared(twice, name, *both), name, *both), SHARED_ROW, row.pk
        )

    try:
        newest: list[DataKey] = [each.newest if isinstance(each, KeyPair) else each for each in both]
        if _is_shared_by(key, name, newest):
            return 0
        _write(key, again(bytes(key.wrapped)), again(bytes(key.before)) if key.before else b"")
    except SealBroken:
        # One of the two is destroyed, or the proof names it.
        return 0
    return 1


def _is_shared_by(key: Key, name: SharedKeyName, both: list[DataKey]) -> bool:
    """Whether the key of a row opens with these two keys."""
    try:
        for wrapped in filter(None, (bytes(key.wrapped), bytes(key.before))):
            shared_keys.unshared(provider().unwrap(wrapped, SHARED_ROW, name.row, key.key_id), name, *both)
    except SealBroken:
        return False
    return True


@transaction.atomic
def _finish(keeping: str, subject: UUID, count: RotationCount, *, by: Actor) -> RotationCount:
    """Open everything with the new key alone; if all of it opens, the old key goes."""
    key = _locked(keeping, subject)
    newest = _pair(key).newest
    for tables in rows_of(keeping, subject).values():
        for rows in tables:
            for row in rows.order_by("pk").iterator(chunk_size=100):
                _prove(row, newest, count)
    for shared in shared_rows(keeping, subject):
        _prove_shared(shared, keeping, newest, count)
    if count.is_proved and key.before:
        _write(key, bytes(key.wrapped), b"")
        about = f"{keeping} {subject}"
        log.record(Verb.KEYS_ROTATED, by=by, subject=key.person, obj=key, reason=Reason.DESTROYED, about=about)
    return count


def _prove(row: models.Model, newest: DataKey, count: RotationCount) -> None:
    count.seen += 1
    try:
        for _field, stored, bound_to in values_of(row):
            opened(newest, stored, bound_to)
    except SealBroken:
        count.tell(name_of(row), "it does not open with the new key")
    else:
        count.verified += 1


def _prove_shared(row: Any, keeping: str, newest: DataKey, count: RotationCount) -> None:
    """The key of a row that takes two, opened with the new one of the two alone; one that is destroyed is gone."""
    name = present_place(row).shared_key
    key = Key.objects.filter(keeping=SHARED_ROW, subject=row.pk, destroyed_at=None).first()
    if name is None or key is None:
        return
    count.seen += 1
    try:
        with keys.ring():
            both = [newest if part.keeping == keeping else keys.key_for(part) for part in name.parts[:2]]
    except SealBroken:
        # The other of the two is destroyed: the row is gone.
        count.verified += 1
        return
    if _is_shared_by(key, name, both):
        count.verified += 1
    else:
        count.tell(name_of(row), "its key does not open with the new key")


def _locked(keeping: str, subject: UUID) -> Key:
    key = Key.objects.select_for_update(no_key=True).filter(keeping=keeping, subject=subject).first()
    if key is None:
        raise RotationRefused(f"There is no key of {keeping} {subject}.")
    proved([key])
    if key.destroyed_at:
        raise RotationRefused(f"The key of {keeping} {subject} is destroyed.")
    return key


def _pair(key: Key) -> KeyPair:
    """Both keys of a keeping; twice the same one where the older is gone already."""
    if key.keeping == SHARED_ROW:
        found = shared_keys.opened(key, _shared_name(key.subject))
    else:
        found = keys.stored(key).opened(key.keeping, key.subject)
    return found if isinstance(found, KeyPair) else KeyPair(found, found)


def _shared_name(row: UUID) -> SharedKeyName:
    for tables in rows_of(SHARED_ROW, row).values():
        for rows in tables:
            if (found := rows.first()) and (name := present_place(found).shared_key):
                return name
    raise RotationRefused(f"There is no row {row}.")


def _write(key: Key, wrapped: bytes, before: bytes) -> None:
    """Write a key under the current wrapping key, coded anew. Only rotation changes it and leaves it alive."""
    key.wrapped, key.before, key.key_id = wrapped, before, provider().key_id
    key.write_code()
    plain: models.QuerySet[Key] = models.QuerySet(Key)
    plain.filter(pk=key.pk).update(wrapped=key.wrapped, before=key.before, key_id=key.key_id, code=key.code)


def _write_row(row: models.Model, values: dict[str, bytes]) -> bool:
    """Write sealed columns past ``save()``, which would make a new version of the row. True if there were any."""
    if not values:
        return False
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(column)} = %s" for column in values)
    key: Any = row._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(row._meta.db_table)} SET {columns} WHERE {quote(key.column)} = %s",  # noqa: S608
            [*values.values(), row.pk],
        )
    return True


def _record(rows: list[models.Model], *, by: Actor) -> None:
    """The event of a row that was sealed anew with its history, at the version it has."""
    place = present_place(rows[0])
    live = next((row for row in rows if not hasattr(type(row), "instance_type")), None)
    about = "" if live else f"{place.name} {place.row}"
    log.record(Verb.ROW_RESEALED, by=by, subject=place.subject, obj=live, about=about)
