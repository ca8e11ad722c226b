"""The clock of this machine beside that of the database, by which all processes can be compared.

What a consent covers is a question of moments. A worker whose clock is wrong would send what has ended, so it sends no
shares; retractions take nothing from anybody's choice and go on.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

MOST_APART = timedelta(minutes=1)


class ClocksApart(Exception):
    """This machine's clock and the database's are too far apart."""


def distance() -> timedelta:
    """How far this machine's clock is from the database's, at least: the time the question takes is not counted."""
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
    return max(before - there, there - timezone.now(), timedelta())


def agree() -> bool:
    """Whether the two clocks are close enough to decide by this one what may leave."""
    return distance() <= MOST_APART


def demand_agreement() -> None:
    """Raises ``ClocksApart`` where they are not."""
    if not agree():
        raise ClocksApart(f"more than {MOST_APART.total_seconds():.0f} seconds apart")
