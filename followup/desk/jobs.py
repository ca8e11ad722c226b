"""The worker's periodic job for the desk."""

from __future__ import annotations

from brik.jobs.periodic_work import EVERY_MINUTE, each, periodic
from followup.desk.figures import counts


@periodic("count_week", cron=EVERY_MINUTE)
def count_week(timestamp: int) -> None:
    """Store each unit's figures when a week has begun; does nothing for the rest of the week."""
    monday = counts.last_monday()
    each(counts.missing(monday), lambda unit: counts.write(unit, monday), task="count_week", named="unit")
