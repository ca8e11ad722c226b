"""A clock that is set back for a while, so that the talks of a demonstration lie spread over the last weeks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo

from django.utils import timezone


@contextmanager
def days_ago(days: int) -> Iterator[None]:
    """What is done meanwhile was done that many days ago: every moment of the house comes from ``timezone.now``."""
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
