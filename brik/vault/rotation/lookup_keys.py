"""Hashes every number anew while the custodians exchange the look-up key: fills its column, then clears the other.

Both stages are the same work: each row gets the hashes that are written now, made from what is sealed. A row whose key
was destroyed has nothing to be hashed, and is found by nothing from then on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.verbs import Verb
from brik.vault import keys
from brik.vault.lookups.hashed_rows import HashedRow, hashed_models
from brik.vault.lookups.hashes import HashPair
from brik.vault.place import place_of
from brik.vault.providers.key_contents import read_contents
from brik.vault.providers.key_module import key_module
from brik.vault.providers.lookup_keys import LookupStage
from brik.vault.providers.provider import STALE
from brik.vault.rotation.counts import Report, RotationCount, RotationRefused, silent
from brik.vault.rotation.rotation_role import rotation_role
from brik.vault.sealing import SealBroken, Shredded

BATCH = 1000

_NOTHING = HashPair(b"", b"")
# A row, and what it is to be found by.
_Anew = tuple[HashedRow, HashPair]


@rotation_role()
def rehash(*, by: Actor, report: Report = silent) -> RotationCount:
    """Give every row the hashes that are written now, batch by batch, each with an event; then prove all of them.

    A row that is not found by a hash of its own number is left as it is and named. Interrupted, the next run goes on.
    Raises ``RotationRefused`` while no key is being replaced, and while a process may still write as before.
    """
    _demand_settled()
    written = 0
    for model in hashed_models():
        total, done = model._base_manager.count(), 0
        for rows in _batches(model):
            written += _rehash(model, rows, by=by)
            done += len(rows)
            report(done, total)
    count = prove_lookups()
    count.written = written
    return count


def prove_lookups() -> RotationCount:
    """Compare the hashes of all rows with what is sealed: only when all are as they are written now, a key may go."""
    count = RotationCount()
    for model in hashed_models():
        for rows in _batches(model):
            for row in rows:
                count.seen += 1
                wanted = _wanted(row)
                if row.stored == wanted:
                    count.verified += 1
                else:
                    why = "it is not found by its number" if wanted is None else "its hashes are not the present ones"
                    count.tell(f"{model._meta.model_name} {row.pk}", why)
    return count


@transaction.atomic
def _rehash(model: type[HashedRow], rows: list[Any], *, by: Actor) -> int:
    """Write the rows that have other hashes. No lock is needed: a row that was changed meanwhile is left alone."""
    wanted = [(row, _wanted(row)) for row in rows]
    anew = [(row, pair) for row, pair in wanted if pair is not None and pair != row.stored]
    if not anew:
        return 0
    written = _write_all(model, anew)
    log.record(Verb.KEYS_ROTATED, by=by, about=f"{model._meta.model_name} {written}")
    return written


def _write_all(model: type[HashedRow], anew: list[_Anew]) -> int:
    try:
        with transaction.atomic():
            return _write(model, anew)
    except IntegrityError:
        # A row that was changed past us has the hash of another: the proof names both.
        if len(anew) == 1:
            return 0
        return sum(_write_all(model, [each]) for each in anew)


def _write(model: type[HashedRow], anew: list[_Anew]) -> int:
    key: Any = model._meta.pk
    quote, kind = connection.ops.quote_name, key.rel_db_type(connection)
    columns = [[row.pk for row, _ in anew]]
    for place in (0, 1):
        columns += [[row.stored[place] or None for row, _ in anew], [pair[place] or None for _, pair in anew]]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} AS hashed"  # noqa: S608  # the names of a model
            " SET lookup = anew.lookup, lookup_second = anew.lookup_second"
            f" FROM unnest(%s::{kind}[], %s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[])"
            " AS anew(id, before, lookup, before_second, lookup_second)"
            f" WHERE hashed.{quote(key.column)} = anew.id AND hashed.lookup IS NOT DISTINCT FROM anew.before"
            " AND hashed.lookup_second IS NOT DISTINCT FROM anew.before_second",
            columns,
        )
        written: int = cursor.rowcount
    return written


def _demand_settled() -> None:
    lookup = read_contents(key_module()).lookup
    if lookup.stage is LookupStage.ALONE:
        raise RotationRefused("No look-up key is being replaced; the custodians make one: wrapping_key new_lookup_key.")
    if lookup.since is not None and timezone.now() - lookup.since < STALE:
        raise RotationRefused(f"A process may still hash as before: wait {STALE.seconds} seconds.")


def _wanted(row: HashedRow) -> HashPair | None:
    """What the row is to be found by; None where nobody can say."""
    try:
        return row.own_hashes().written
    except Shredded:
        return _NOTHING
    except SealBroken:
        return None


def _batches(model: type[HashedRow]) -> Iterator[list[Any]]:
    """All rows in the order of their keys, with their data keys read at once.

    What is added meanwhile is hashed by who adds it.
    """
    own = [field.name for field in model._meta.concrete_fields if field.is_relation and not field.null]
    rows, last = model._base_manager.select_related(*own).order_by("pk"), None
    while batch := list((rows if last is None else rows.filter(pk__gt=last))[:BATCH]):
        with keys.ring():
            keys.preload_names(part for row in batch for part in place_of(row.sealed_row).key_parts)
            yield batch
        last = batch[-1].pk
