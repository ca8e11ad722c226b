"""How long things wait. Everything here is multiplied by one setting, so that tests run the same code, only faster."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

FIRST_DELAY = 10.0
LONGEST_DELAY = 3600.0
HEARTBEAT = 10.0
STALLED_AFTER = 30.0


def seconds(value: float) -> float:
    """``value`` seconds at the pace of this installation."""
    return value * settings.DELIVERY_PACE


def delay(attempts: int) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, at most an hour, for ever."""
    return timedelta(seconds=seconds(min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(attempts - 1, 20))))


def every(value: int) -> str:
    """A cron line that fires every ``value`` seconds at the pace of this installation, at least once a minute."""
    return f"* * * * * */{min(59, max(1, round(seconds(value))))}"
