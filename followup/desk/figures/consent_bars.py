"""Figures that depend on a yes: when such a figure is counted anew, and whether it is shown. Pure.

A leader knows by name who was offered a talk, sees the figures every week, and may ask one person in between. So such a
figure is counted once a quarter at most, and only when five or more people have been added since it was counted last;
and it is shown only in a unit where at least twenty were offered a talk. What can still be inferred stands in
``docs/decisions/2026-11-30-figures-that-depend-on-a-yes.md``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from followup.desk.figures.rounding import LEAST, Parts, parts_of, stepped

# A unit in which fewer were offered a talk shows no figure that depends on a yes.
LEAST_OFFERED = 20
# How many people must have been added before a figure is counted anew.
LEAST_ADDED = 5


@dataclass(frozen=True)
class ConsentBar:
    """How many of a whole are done, as last counted; ``code`` finds it again next week."""

    code: str
    label: str
    counted: Parts | None = None
    # The Monday on which it was counted; None: never, and so never shown.
    counted_on: date | None = None
    shown: bool = False

    @property
    def parts(self) -> Parts | None:
        """What the page shows."""
        return self.counted if self.shown else None

    def stored(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "label": self.label,
            "counted": self.counted,
            "counted_on": self.counted_on.isoformat() if self.counted_on else None,
            "shown": self.shown,
        }

    @classmethod
    def read(cls, stored: dict[str, Any]) -> ConsentBar:
        return cls(
            code=stored["code"],
            label=stored["label"],
            counted=Parts(*stored["counted"]) if stored["counted"] else None,
            counted_on=date.fromisoformat(stored["counted_on"]) if stored["counted_on"] else None,
            shown=stored["shown"],
        )


@dataclass(frozen=True)
class Week:
    """The Monday of the figures, the Monday of those before, if any, and how many of the unit were offered a talk."""

    monday: date
    before: date | None
    offered: int

    @property
    def begins_quarter(self) -> bool:
        return self.before is None or _quarter(self.before) != _quarter(self.monday)

    @property
    def is_large(self) -> bool:
        return self.offered >= LEAST_OFFERED


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def next_bar(bar: ConsentBar, days: Collection[date], week: Week, *, whole: int, offered: int) -> ConsentBar:
    """The figure of this week.

    ``bar`` is last week's, or one that was never counted. ``days`` says for each person who is done on which day that
    was; ``whole`` and ``offered`` are how many people the figure is about, and how many of them were offered a talk.
    """
    if not week.is_large:
        return replace(bar, shown=False)
    if bar.counted_on is not None:
        added = sum(day >= bar.counted_on for day in days)
        if not week.begins_quarter or added < LEAST_ADDED:
            return replace(bar, shown=True)
    return replace(bar, counted=_parts(len(days), whole, offered), counted_on=week.monday, shown=True)


def _parts(done: int, whole: int, offered: int) -> Parts | None:
    """None where too few of those offered a talk may be outside the part: the leader knows these by name.

    It is decided by the rounded number alone, so that whether a part is shown tells no more than the part.
    """
    at_most = (stepped(done) or 0) + LEAST - 1
    return parts_of(done, whole) if offered - at_most >= LEAST else None
