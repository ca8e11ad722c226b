"""The one lock that sharing, sending, receipts and withdrawal hold about a person."""

from __future__ import annotations

from uuid import UUID

from django.db import connection


def hold(person_id: UUID) -> None:
    """Hold what leaves about one person until the end of the transaction.

    A caller asks ``covers()`` *after* this, before it lets something out. A withdrawal takes the same lock before it
    commits (in ``reconcile``): either it sees the attempt and retracts it, or the attempt sees the withdrawal and is
    not made. An advisory lock: it locks no table row.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sharing:{person_id}"])
