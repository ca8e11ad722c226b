"""Waiting times. All are multiplied by ``DELIVERY_PACE``, so that tests run the same code faster."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

FIRST_DELAY = 10.0
LONGEST_DELAY = 3600.0


def seconds(value: float) -> float:
    """``value`` seconds at the pace of this installation."""
    return value * settings.DELIVERY_PACE


def heartbeat() -> float:
    """Seconds between two heartbeats of a worker."""
    return max(0.5, seconds(10.0))


def stalled_after() -> float:
    """Seconds without a heartbeat until a worker's jobs go to another. Long enough for a busy worker."""
    return max(4.0, seconds(30.0))


def delay(attempts: int) -> timedelta:
    """The wait after so many attempts: doubled each time, at most an hour."""
    return timedelta(seconds=seconds(min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(attempts - 1, 20))))


def every(value: int) -> str:
    """A cron line for every ``value`` seconds at the pace of this installation, at least once a minute."""
    return f"* * * * * */{min(59, max(1, round(seconds(value))))}"
