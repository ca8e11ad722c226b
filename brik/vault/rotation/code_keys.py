"""Codes every row anew under the code key that the custodians have made, so that they can drop the one before."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.record_names import record_name
from brik.audit.verbs import Verb
from brik.vault.codes.code_inspection import coded_models
from brik.vault.codes.coded_models import CodedModel
from brik.vault.codes.row_codes import CODE, coded_fields, coding_before, coding_of
from brik.vault.providers.key_contents import read_contents
from brik.vault.providers.key_module import key_module
from brik.vault.providers.provider import STALE
from brik.vault.rotation.counts import Report, RotationCount, RotationRefused, silent
from brik.vault.rotation.rotation_role import rotation_role

BATCH = 1000


@rotation_role()
def recode(*, by: Actor, report: Report = silent) -> RotationCount:
    """Code all rows, the events and the histories among them, under the present code key. Gives the proof.

    A row that fits neither key is left as it is and named. Interrupted, the next run goes on with the others.
    Raises ``RotationRefused`` while no key is being replaced, and while a process may still code with the older one.
    """
    _demand_settled()
    written = 0
    for model in _tables():
        total, done = model._base_manager.count(), 0
        for rows in _batches(model):
            written += _recode(model, rows, by=by)
            done += len(rows)
            report(done, total)
    count = prove_codes()
    count.written = written
    return count


def prove_codes() -> RotationCount:
    """Compare all rows with the present code key alone: only when all fit, the older key may go."""
    count = RotationCount()
    for model in _tables():
        for rows in _batches(model):
            for row in rows:
                count.seen += 1
                if _fits(model, row):
                    count.verified += 1
                else:
                    count.tell(f"{record_name(model)} {row['pk']}", "its code is not one of the present key")
    return count


@transaction.atomic
def _recode(model: type[models.Model], rows: list[dict[str, Any]], *, by: Actor) -> int:
    """Code those rows anew that fit the older key. No lock is needed: a row saved meanwhile has another code."""
    before, present = coding_before(model), coding_of(model)
    old = [
        row for row in rows if before and not _fits(model, row) and hmac.compare_digest(before.code_of(row), _code(row))
    ]
    if not old:
        return 0
    key: Any = model._meta.pk
    if model._meta.db_table == "audit_event":
        # The key of the partitioned table: each event is found in its own partition.
        key = model._meta.get_field("id")
    quote, kind = connection.ops.quote_name, key.rel_db_type(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} AS coded SET code = anew.code"  # noqa: S608
            f" FROM unnest(%s::{kind}[], %s::bytea[], %s::bytea[]) AS anew(id, before, code)"
            f" WHERE coded.{quote(key.column)} = anew.id AND coded.code = anew.before",
            [[row["pk"] for row in old], [_code(row) for row in old], [present.code_of(row) for row in old]],
        )
        written: int = cursor.rowcount
    log.record(Verb.KEYS_ROTATED, by=by, about=f"{record_name(model)} {written}")
    return written


def _demand_settled() -> None:
    since = read_contents(key_module()).code_key_since
    if since is None:
        raise RotationRefused("No code key is being replaced; the custodians make one: wrapping_key new_code_key.")
    if timezone.now() - since < STALE:
        raise RotationRefused(f"A process may still code with the older key: wait {STALE.seconds} seconds.")


def _fits(model: type[models.Model], row: dict[str, Any]) -> bool:
    if issubclass(model, CodedModel) and model.needs_no_code(row):
        return True
    return hmac.compare_digest(coding_of(model).code_of(row), _code(row))


def _code(row: dict[str, Any]) -> bytes:
    return bytes(row[CODE] or b"")


def _tables() -> list[type[models.Model]]:
    """Every table with codes; histories that keep them too: their rows have the codes of the rows they tell of."""
    histories = (
        model
        for model in apps.get_models()
        if issubclass(getattr(model, "instance_type", object), CodedModel)
        and any(field.name == CODE for field in model._meta.concrete_fields)
    )
    return [*coded_models(), *histories]


def _batches(model: type[models.Model]) -> Iterator[list[dict[str, Any]]]:
    """The coded columns of all rows, in the order of their keys: what is added meanwhile is coded with the new key."""
    columns = {*(field.attname for field in coded_fields(getattr(model, "instance_type", model))), CODE, "pk"}
    rows, last = model._base_manager.order_by("pk").values(*columns), None
    while batch := list((rows if last is None else rows.filter(pk__gt=last))[:BATCH]):
        yield batch
        last = batch[-1]["pk"]
