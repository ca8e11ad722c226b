"""How long a key that is replaced stays good beside the one that replaces it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings


def overlap() -> timedelta:
    """The span that ``KEY_OVERLAP_DAYS`` sets."""
    return timedelta(days=settings.KEY_OVERLAP_DAYS)
