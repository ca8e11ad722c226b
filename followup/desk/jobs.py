"""What the worker does for the desk."""

from __future__ import annotations

from brik.jobs.periodic_work import EVERY_MINUTE, each, periodic
from followup.desk.figures import counts


@periodic("count_week", cron=EVERY_MINUTE)
def count_week(timestamp: int) -> None:
    """Write down each unit's figures as soon as a week has begun; for the rest of it there is nothing to do."""
    monday = counts.last_monday()
    each(counts.missing(monday), lambda unit: counts.write(unit, monday), task="count_week", named="unit")
