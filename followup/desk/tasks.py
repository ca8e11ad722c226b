"""What the worker does for the desk."""

from __future__ import annotations

from procrastinate.contrib.django import app

from followup.desk import counts
from followup.sharing.tasks import TENDING, Persistent


@app.periodic(cron="* * * * *", periodic_id="desk")
@app.task(name="followup.desk.tasks.count_week", queue=TENDING, queueing_lock="count_week", retry=Persistent())
def count_week(timestamp: int) -> None:
    """Write down each unit's figures as soon as a week has begun; for the rest of it there is nothing to do."""
    counts.write_missing(counts.last_monday())
