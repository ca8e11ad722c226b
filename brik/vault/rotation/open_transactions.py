"""Waits until every transaction that is open now is over, as PostgreSQL does to build an index beside the traffic."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection

SECONDS_BETWEEN_LOOKS = 0.2

# Each transaction holds the lock on its own number until its end. Everybody may see these locks.
_OPEN = """
SELECT locks.virtualxid FROM pg_locks locks JOIN pg_stat_activity activity ON activity.pid = locks.pid
WHERE locks.locktype = 'virtualxid' AND locks.mode = 'ExclusiveLock' AND activity.datname = current_database()
  AND locks.pid <> pg_backend_pid()
"""


def wait_for_open_transactions(report: Callable[[int], None] = lambda left: None) -> None:
    """Return when all transactions that are open now have ended. ``report`` is told how many are left.

    What began later does not matter: it sees what was committed before.
    """
    first = _open()
    while left := first & _open():
        report(len(left))
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _open() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN)
        return {number for (number,) in cursor.fetchall()}
