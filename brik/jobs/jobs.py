"""The queue's own periodic work: it gives on what a dead worker held, and forgets old failures."""

from __future__ import annotations

from contextlib import suppress

from procrastinate import JobContext
from procrastinate.exceptions import UniqueViolation

from brik.jobs import intervals
from brik.jobs.periodic_work import PERIODIC, periodic


@periodic("requeue_stalled", cron=intervals.every(30), pass_context=True)
async def requeue_stalled(context: JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that has died to another."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=intervals.stalled_after()):
        # Where the next round of the same periodic work waits already, the stalled one waits until it has begun.
        with suppress(UniqueViolation):
            await manager.retry_job(job)


@periodic("forget_failures", cron="0 4 * * *", pass_context=True)
async def forget_failures(context: JobContext, timestamp: int) -> None:
    """Remove what periodic work left when it failed a month ago: it carried nothing."""
    await context.app.job_manager.delete_old_jobs(nb_hours=30 * 24, queue=PERIODIC, include_failed=True)
