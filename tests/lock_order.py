"""The order of locks about a person (``brik/jobs/person_lock.py``), asked at every statement that locks a row."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db import connection

PERSON_LOCK, GATE = "person_lock", "mapping_persongate"
# What must be held before a row of the table is locked.
BEFORE = {
    "mapping_mapping": GATE,
    "people_person": PERSON_LOCK,
    "consent_talk": PERSON_LOCK,
    "sharing_delivery": PERSON_LOCK,
}
_ROWS = re.compile(r'FROM "(\w+)".* FOR (?:NO KEY )?UPDATE|^UPDATE "(\w+)"', re.DOTALL)


class OutOfOrder(AssertionError):
    """Something was locked before what comes first."""


class LockOrder:
    """A wrapper of every statement of a connection. ``met`` are the tables whose rows were locked after what comes first."""

    def __init__(self) -> None:
        self.met: set[str] = set()
        self._transaction, self._held = "", set[str]()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        locked = _locked(str(sql))
        if locked and context["connection"].in_atomic_block:
            self._note(locked)
        return execute(sql, params, many, context)

    def _note(self, locked: str) -> None:
        if (now := _transaction()) != self._transaction:
            self._transaction, self._held = now, set()
        first = BEFORE.get(locked)
        if first is not None and first not in self._held:
            raise OutOfOrder(f"{locked} is locked before {first}")
        if locked == PERSON_LOCK and GATE in self._held and PERSON_LOCK not in self._held:
            raise OutOfOrder(f"{GATE} is locked before {PERSON_LOCK}")
        self._held.add(locked)
        if first is not None:
            self.met.add(locked)


def _locked(sql: str) -> str:
    """What a statement locks, where the order names it."""
    if "pg_advisory_xact_lock" in sql:
        return PERSON_LOCK if "hashtextextended" in sql else ""
    found = _ROWS.search(sql)
    table = next(filter(None, found.groups())) if found else ""
    return table if table in BEFORE or table == GATE else ""


def _transaction() -> str:
    """The id of this transaction, past every wrapper."""
    with connection.connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        return str(cursor.fetchone()[0])
