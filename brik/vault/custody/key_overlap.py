"""How long a key that is replaced stays good beside the one that replaces it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from brik.vault.custody.refusals import CustodyRefused


def overlap() -> timedelta:
    """The span that ``KEY_OVERLAP_DAYS`` sets."""
    return timedelta(days=settings.KEY_OVERLAP_DAYS)


def demand_over(since: datetime, span: timedelta, why: str) -> None:
    """Raises ``CustodyRefused`` with the time that is left, and why it must pass."""
    left = since + span - timezone.now()
    if left > timedelta():
        raise CustodyRefused(f"Wait {_in_words(left)}: {why}.")


def _in_words(left: timedelta) -> str:
    return f"{left.days + 1} days" if left >= timedelta(days=1) else f"{int(left.total_seconds()) + 1} seconds"
