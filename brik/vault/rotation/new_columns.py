"""Fills a sealed column that is newer than some rows: they prove from then on that it holds nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.migrations import AddField
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.models import Event
from brik.audit.record_names import record_name
from brik.audit.verbs import Verb
from brik.vault.fields import ABSENT, SealedField
from brik.vault.inspection import sealed_models
from brik.vault.place import present_place
from brik.vault.rotation.counts import Report, RotationCount, RotationRefused, silent
from brik.vault.rotation.rotation_role import rotation_role
from brik.vault.sealing import SealBroken, demand_nothing, seal_nothing


def fill_column(name: str, column: str, *, by: Actor, report: Report = silent) -> RotationCount:
    """Seal a nothing in a column of all rows from before it was added, and of their history, each with an event.

    ``name`` is the ``RECORD_NAME`` of the model. A row that was sealed after the column came, and has no value there,
    is left as it is and named: its value was taken away.
    Raises ``RotationRefused`` for a column that is not sealed, or has been there from the beginning.
    """
    tables = [model for model in sealed_models() if record_name(model) == name]
    if not tables or not isinstance(_field(tables[0], column), SealedField):
        raise RotationRefused(f"{name} has no sealed column {column}.")
    added = _added_at(next(model for model in tables if not hasattr(model, "instance_type")), column)
    return fill_rows_before(tables, column, added, by=by, report=report)


@rotation_role()
def fill_rows_before(
    tables: list[type[models.Model]], column: str, added: datetime, *, by: Actor, report: Report = silent
) -> RotationCount:
    """:func:`fill_column` for these tables, a model and its history, and the moment at which the column was added."""
    count = RotationCount()
    waiting = sorted({row for model in tables for row in _empty(model, column)})
    for number, row in enumerate(waiting, 1):
        count.written += _fill(tables, row, column, added, by=by)
        report(number, len(waiting))
    for model in tables:
        count.seen += model._base_manager.filter(row_version__gt=0).count()
        missing = _empty(model, column)
        count.verified -= len(missing)
        for row in sorted(set(missing)):
            count.tell(f"{record_name(model)} {row}", "it was sealed with the column, and its value was taken away")
    count.verified += count.seen
    return count


@transaction.atomic
def _fill(tables: list[type[models.Model]], row: UUID, column: str, added: datetime, *, by: Actor) -> int:
    """Seal a nothing in a row and its history, where they are from before. Gives how many were written."""
    written = 0
    for model in tables:
        rows = model._base_manager.filter(uuid=row, row_version__gt=0).order_by("pk")
        for found in rows.select_for_update(of=("self",), no_key=True):
            place = present_place(found)
            if found.__dict__[column] is not ABSENT or not _is_from_before(place.name, row, place.row_version, added):
                continue
            try:
                key, bound_to = place.key(), place.bound_to(column)
            except SealBroken:
                continue
            nothing = seal_nothing(key, bound_to)
            demand_nothing(key, nothing, bound_to)
            _write(found, column, nothing)
            written += 1
            if not hasattr(model, "instance_type"):
                log.record(Verb.ROW_RESEALED, by=by, subject=place.subject, obj=found, about=column)
    return written


def _is_from_before(name: str, row: UUID, version: int, added: datetime) -> bool:
    """Whether the log tells that this version was saved before the column was there, and not after."""
    saved = Event.objects.filter(object_name=name, object_id=str(row), row_version=version).order_by()
    saved = saved.exclude(verb=Verb.ROW_RESEALED)
    return saved.filter(at__lt=added).exists()


def _empty(model: type[models.Model], column: str) -> list[UUID]:
    """The uuid of each row that is sealed and has NULL in a column. The field itself refuses to be searched."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT uuid FROM {quote(model._meta.db_table)}"  # noqa: S608
            f" WHERE row_version > 0 AND {quote(_field(model, column).column)} IS NULL"
        )
        return [uuid for (uuid,) in cursor.fetchall()]


def _write(row: models.Model, column: str, value: bytes) -> None:
    quote = connection.ops.quote_name
    key: Any = row._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(row._meta.db_table)} SET {quote(_field(row, column).column)} = %s"  # noqa: S608
            f" WHERE {quote(key.column)} = %s",
            [value, row.pk],
        )


def _field(model: Any, column: str) -> Any:
    return next((field for field in model._meta.concrete_fields if field.attname == column), None)


def _added_at(model: type[models.Model], column: str) -> datetime:
    """When the migration that added the column was applied here."""
    applied = MigrationRecorder(connection).applied_migrations()
    for key, migration in MigrationLoader(connection).disk_migrations.items():
        for operation in migration.operations:
            if (
                isinstance(operation, AddField)
                and (key[0], operation.model_name) == (model._meta.app_label, model._meta.model_name)
                and operation.name == column
                and key in applied
            ):
                moment: datetime = applied[key].applied
                return moment
    raise RotationRefused(f"{record_name(model)}.{column} has been there from the beginning.")
