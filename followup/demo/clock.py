"""A clock that can be set back, to spread the talks of a demonstration over the last weeks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo

from django.utils import timezone


@contextmanager
def days_ago(days: float) -> Iterator[None]:
    """Within this block ``timezone.now`` is that many days ago. All of BRIK takes the time from it."""
    until_now = vars(timezone)["datetime"]

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # typeshed's gives Self
            moment: datetime = until_now.now(tz) - timedelta(days=days)
            return moment

    vars(timezone)["datetime"] = Earlier
    try:
        yield
    finally:
        vars(timezone)["datetime"] = until_now
