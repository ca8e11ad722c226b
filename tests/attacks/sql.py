"""Attacks by SQL: as the application's role, or past every trigger as the owner. And what the checks say afterwards."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, models, transaction

from brik.vault.codes.row_codes import code_of_row
from brik.vault.sealing import SealBroken


def as_owner(sql: str, *values: Any) -> None:
    """What only the owner of the tables can do: past every trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def as_application(sql: str, *values: Any) -> None:
    """What whoever has the application's password can do. What its role may not do is done as the owner."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE brik_app")
            cursor.execute(sql, values)
            cursor.execute("RESET ROLE")
    except (IntegrityError, ProgrammingError):
        as_owner(sql, *values)


def as_an_older_house(row: models.Model) -> None:
    """The code of a row as it is now: what a house without codes has left is coded with all the rest."""
    models.QuerySet(type(row)).filter(pk=row.pk).update(code=code_of_row(type(row)._base_manager.get(pk=row.pk)))


def column(table: str, names: str, pk: Any, *, key: str = "uuid") -> tuple[Any, ...]:
    """Columns of one row as they are stored."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {table} WHERE {key} = %s", [pk])
        return tuple(cursor.fetchone())


def check(command: str) -> str:
    """What a check says; empty where everything fits."""
    out = StringIO()
    try:
        call_command(command, stdout=out)
    except CommandError:
        return out.getvalue()
    return ""


def refused(act: Callable[[], object]) -> None:
    """It is not done: what is stored does not fit."""
    with pytest.raises(SealBroken), transaction.atomic():
        act()
