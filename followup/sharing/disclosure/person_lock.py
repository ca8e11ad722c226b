"""The lock for one person that sharing, sending, receipts and withdrawal take."""

from __future__ import annotations

from uuid import UUID

from django.db import connection


def hold(person_id: UUID) -> None:
    """Hold the person's lock until the end of the transaction.

    A caller checks the consent *after* this, before it sends or shows something. A withdrawal takes the same lock
    before it commits (in ``reconcile``): either it sees the attempt and retracts it, or the attempt sees the withdrawal
    and is not made. An advisory lock: it locks no table row.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sharing:{person_id}"])
