"""After a test of real transactions, rows are deleted where there are any; Django would truncate all tables.

Truncating makes a new file for each table and each index, some four hundred, whether or not a row was written. As then,
sequences go on, and what another session has begun is waited for.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db import connection
from django.test import TransactionTestCase

# Deleted from one by one, without the triggers that refuse it and without foreign keys: none of the rows stays.
EMPTY = """
DO $$ DECLARE name text; found boolean; BEGIN
  FOREACH name IN ARRAY ARRAY[{names}] LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO found;
    IF found THEN EXECUTE format('DELETE FROM %I', name); END IF;
  END LOOP;
END $$
"""


def statements(style: Any, tables: Iterable[str], *, reset_sequences: bool = False, allow_cascade: bool = False) -> Any:
    """In place of the connection's own ``sql_flush``; run in one transaction."""
    quoted = [connection.ops.quote_name(table) for table in tables]
    names = ", ".join(f"'{table}'" for table in tables)
    return [
        "SET LOCAL session_replication_role = replica",
        f"LOCK TABLE {', '.join(quoted)} IN ACCESS EXCLUSIVE MODE",
        EMPTY.format(names=names),
    ]


@contextmanager
def deleted_instead_of_truncated():
    """While ``flush`` runs."""
    with mock.patch.object(connection.ops, "sql_flush", statements):
        yield


def empty_only_these() -> None:
    """From now on, after every test of real transactions. A ``flush`` that a test calls itself is Django's own."""
    truncate = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # private, not in django-stubs

    def delete(case: TransactionTestCase) -> None:
        with deleted_instead_of_truncated():
            truncate(case)

    TransactionTestCase._fixture_teardown = delete  # type: ignore[attr-defined]
