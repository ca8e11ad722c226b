"""The lock for one person that everything takes first that decides, ends, shares or sends something about them.

The order of locks about a person, kept by everybody, so that no two wait for each other: the intake of messages; this
lock; the rows of the person and of the talk; the person's gate; the interviews and their areas. Whoever holds this lock
may go back to a row. Who works in one interview, or closes what is over, does without it: that begins at the gate and
goes on only to interviews.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection

# Every holder of a person's lock shares this one; what ends something for everybody at once takes it alone.
_OF_EVERYBODY = "sharing"


def hold(person_id: UUID) -> None:
    """Hold the person's lock until the end of the transaction.

    Taken before any lock on a row of the person: who waits for it holds nothing that its holder needs. A caller checks
    the consent *after* this, before it sends or shows something. A withdrawal takes the same lock before it writes:
    either it sees the attempt, or the attempt sees the withdrawal and is not made. An advisory lock: it locks no table
    row. Who takes several takes them in the order of the persons' ids.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0)),"
            " pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [_OF_EVERYBODY, f"sharing:{person_id}"],
        )


def hold_all() -> None:
    """Hold the lock of every person at once, until the end of the transaction; waits for all who hold one.

    For what ends something for everybody, as a legal basis. Taken first, and before the lock of any one person.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_OF_EVERYBODY])
