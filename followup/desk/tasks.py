"""What the worker does for the desk."""

from __future__ import annotations

from procrastinate.contrib.django import app

from followup.desk import counts
from followup.sharing.tending import TENDING, each


@app.periodic(cron="* * * * *", periodic_id="desk")
@app.task(name="followup.desk.tasks.count_week", queue=TENDING, queueing_lock="count_week")
def count_week(timestamp: int) -> None:
    """Write down each unit's figures as soon as a week has begun; for the rest of it there is nothing to do."""
    monday = counts.last_monday()
    each(counts.missing(monday), lambda unit: counts.write(unit, monday), task="count_week", named="unit")
