"""How long things wait. Everything here is multiplied by one setting, so that tests run the same code, only faster."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

FIRST_DELAY = 10.0
LONGEST_DELAY = 3600.0


def seconds(value: float) -> float:
    """``value`` seconds at the pace of this installation."""
    return value * settings.DELIVERY_PACE


def heartbeat() -> float:
    """How often a worker says that it lives."""
    return max(0.5, seconds(10.0))


def stalled_after() -> float:
    """How long a worker may be silent before its jobs are given to another. Never so short that a busy one is taken."""
    return max(4.0, seconds(30.0))


def delay(attempts: int) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, at most an hour, for ever."""
    return timedelta(seconds=seconds(min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(attempts - 1, 20))))


def every(value: int) -> str:
    """A cron line that fires every ``value`` seconds at the pace of this installation, at least once a minute."""
    return f"* * * * * */{min(59, max(1, round(seconds(value))))}"
