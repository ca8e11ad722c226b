"""A clock that can be set forward, for everything that asks Django for the time, defaults of columns included."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone


class Clock:
    """The real time and what was added to it. It never goes back."""

    def __init__(self, monkeypatch: Any) -> None:
        self.ahead = timedelta()
        clock = self

        class AnyDatetime(type):
            def __instancecheck__(cls, instance: object) -> bool:
                return isinstance(instance, datetime)

        class Shifted(datetime, metaclass=AnyDatetime):
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return datetime.now(tz) + clock.ahead

        monkeypatch.setattr(timezone, "datetime", Shifted)

    def go_on(self, hours: int) -> None:
        self.ahead += timedelta(hours=hours)
