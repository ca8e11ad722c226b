"""Periodic work of signing in: what only waits for its time is gone soon after it, also where nobody signs in."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings

from brik.jobs.periodic_work import EVERY_MINUTE, periodic
from brik.staff.models import KeptPage, ThrottledAttempt


@periodic("forget_expired", cron=EVERY_MINUTE)
def forget_expired(timestamp: int) -> None:
    """Delete sessions that are over, pages that nobody fetched, and attempts that count no longer."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    KeptPage.objects.forget_old()
    ThrottledAttempt.objects.forget_old()
