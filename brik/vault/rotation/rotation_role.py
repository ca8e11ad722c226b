"""The role of the database that rotates keys: it writes sealed values, codes and wrapped keys, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import ProgrammingError, connection

from brik.vault.rotation.counts import RotationRefused


@contextmanager
def rotation_role() -> Iterator[None]:
    """In the block this connection works as ``brik_rotate``. A new connection has the application's role again.

    Raises ``RotationRefused`` for a login that is no member of it.
    """
    role = settings.ROTATION_ROLE
    try:
        _run(f"SET ROLE {role}")
    except ProgrammingError:
        raise RotationRefused(
            f"This login may not work as {role}: sign in as one that is a member of it, by DATABASE_URL."
        ) from None
    try:
        yield
    finally:
        if connection.is_usable():
            _run("RESET ROLE")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
