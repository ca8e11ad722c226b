"""Whether people in a unit felt they could say no: both numbers of the last quarter, or neither.

The quarter that still runs is never shown, so no figure changes while a leader watches; a quarter that is over changes
no more. It is rounded once, and shown only where twenty answered and, by the rounded numbers alone, at least five
answered each way: that it is shown then tells no more than the numbers do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from brik.mapping.models import VoluntarinessCount
from brik.mapping.voluntariness.answer_counts import quarter_of
from brik.staff.models import Unit
from followup.desk.figures.rounding import LEAST, Parts, parts_of

# A quarter in which fewer answered is not shown.
LEAST_ANSWERED = 20


@dataclass(frozen=True)
class QuarterFigure:
    """What is shown of a quarter: how many could say no, and how many could not."""

    first_day: date
    parts: Parts | None

    @property
    def number(self) -> int:
        return (self.first_day.month - 1) // 3 + 1


def parts_shown(could: int, could_not: int) -> Parts | None:
    """Both numbers in steps, or None where they would be about too few."""
    answered = could + could_not
    parts = parts_of(could, answered) if answered >= LEAST_ANSWERED else None
    # Of those who are left of the rounded numbers, up to four more than are shown may have answered yes.
    return parts if parts is not None and parts.left - (LEAST - 1) >= LEAST else None


def of(unit: Unit, day: date) -> QuarterFigure:
    """The figure of the last quarter that was over on a day. One query."""
    quarter = quarter_of(quarter_of(day) - timedelta(days=1))
    counted = VoluntarinessCount.objects.filter(unit=unit, quarter=quarter).first()
    return QuarterFigure(quarter, parts_shown(counted.could, counted.could_not) if counted else None)
