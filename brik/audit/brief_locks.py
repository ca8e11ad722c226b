"""Limits how long a change of the schema waits for a lock. While it waits, every later query of the table waits too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import OperationalError, connections
from psycopg.errors import LockNotAvailable

LOCK_SECONDS = 4


@contextmanager
def waiting_briefly(using: str = "default") -> Iterator[None]:
    """Wait at most ``LOCK_SECONDS`` for each lock in the block.

    Raises ``CommandError`` when a lock takes longer; what was committed before stays, and the command can be repeated.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_SECONDS}s"])
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise CommandError(
            f"Another session has held a table for {LOCK_SECONDS} seconds, so nothing more was changed; stop the "
            "workers, or wait until it has ended, and run the command again."
        ) from error
    finally:
        if connections[using].is_usable():
            with connections[using].cursor() as cursor:
                cursor.execute("RESET lock_timeout")
