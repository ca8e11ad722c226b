"""Wraps every data key by the current wrapping key, so that an older one can be retired and destroyed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.verbs import Verb
from brik.vault.codes.row_codes import CODE, coded_fields, coding_of
from brik.vault.models import Key
from brik.vault.providers.provider import provider
from brik.vault.rotation.counts import Report, RotationCount, silent
from brik.vault.rotation.rotation_role import rotation_role
from brik.vault.sealing import SealBroken

BATCH = 1000

_WRITE = """
UPDATE vault_key AS key SET key_id = %s, wrapped = anew.wrapped, before = anew.before, code = anew.code
FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[]) AS anew(id, wrapped, before, code)
WHERE key.id = anew.id
"""


@rotation_role()
def rewrap(*, by: Actor, report: Report = silent) -> RotationCount:
    """Wrap all data keys by the current wrapping key, batch by batch, each with an event; then prove all of them.

    What is done stays when it is interrupted: the next run goes on with the others. A key that does not fit its code,
    or does not open, is left as it is and named.
    """
    count, last = RotationCount(), 0
    waiting = _living().exclude(key_id=provider().key_id).count()
    while taken := _rewrap_batch(last, by=by):
        last, written = taken
        count.written += written
        report(count.written, waiting)
    for row in _all():
        count.seen += 1
        if reason := _error(row):
            count.tell(f"{row['keeping']} {row['subject']}", reason)
        else:
            count.verified += 1
    return count


@transaction.atomic
def _rewrap_batch(after: int, *, by: Actor) -> tuple[int, int] | None:
    """The id of the last key that was looked at, and how many were written; None when there are no more."""
    current = provider().key_id
    found = _living().exclude(key_id=current).filter(pk__gt=after).order_by("pk").select_for_update(no_key=True)
    rows = list(found.values("pk", *_columns())[:BATCH])
    if not rows:
        return None
    anew = [row for row in map(_rewrapped, rows) if row]
    with connection.cursor() as cursor:
        columns = ([row[name] for row in anew] for name in ("pk", "wrapped", "before", CODE))
        cursor.execute(_WRITE, [current, *columns])
    if anew:
        log.record(Verb.KEYS_ROTATED, by=by, about=f"{current} {len(anew)}")
    return rows[-1]["pk"], len(anew)


def _rewrapped(row: dict[str, Any]) -> dict[str, Any] | None:
    """The row under the current wrapping key, coded anew; None where nobody can say that it is a key of ours."""
    opened, kept = provider(), (row["keeping"], row["subject"])
    if row["destroyed_at"] or not coding_of(Key).fits(row):
        return None
    try:
        for column in ("wrapped", "before"):
            if row[column]:
                data_key = opened.unwrap(bytes(row[column]), *kept, row["key_id"])
                row[column] = opened.wrap(data_key, *kept)
    except SealBroken:
        return None
    row["key_id"] = opened.key_id
    row[CODE] = coding_of(Key).code_of(row)
    return row


def _error(row: dict[str, Any]) -> str:
    """What is wrong with a key that holds something, read anew; empty if nothing is."""
    opened, kept = provider(), (row["keeping"], row["subject"])
    if not coding_of(Key).fits(row):
        return "it is not as it was saved here"
    if row["destroyed_at"]:
        return "it is destroyed, and still holds a key"
    try:
        for column in ("wrapped", "before"):
            if row[column]:
                opened.unwrap(bytes(row[column]), *kept, row["key_id"])
    except SealBroken:
        return "it does not open"
    return "" if row["key_id"] == opened.key_id else "it is still wrapped by an older key: run the command again"


def _all() -> Iterator[dict[str, Any]]:
    last = 0
    while rows := list(_living().filter(pk__gt=last).order_by("pk").values("pk", *_columns())[:BATCH]):
        yield from rows
        last = rows[-1]["pk"]


def _living() -> Any:
    """Every row that holds a key: a destroyed one holds none. What a row says of itself does not decide it."""
    return Key.objects.exclude(wrapped=b"")


def _columns() -> list[str]:
    return [*(field.attname for field in coded_fields(Key)), CODE]
