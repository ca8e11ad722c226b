"""Periodic work of the queue itself: gives a dead worker's jobs to others, deletes old failures, compares clocks."""

from __future__ import annotations

from contextlib import suppress

from procrastinate import JobContext
from procrastinate.exceptions import UniqueViolation

from brik.jobs import clocks, intervals
from brik.jobs.periodic_work import EVERY_MINUTE, PERIODIC, periodic


@periodic("requeue_stalled", cron=intervals.every(30), pass_context=True)
async def requeue_stalled(context: JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that has died to another."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=intervals.stalled_after()):
        # The next run of the same periodic work may wait already; then this job is retried after that one begins.
        with suppress(UniqueViolation):
            await manager.retry_job(job)


@periodic("forget_failures", cron="0 4 * * *", pass_context=True)
async def forget_failures(context: JobContext, timestamp: int) -> None:
    """Delete periodic jobs that failed a month ago or earlier. They hold no data."""
    await context.app.job_manager.delete_old_jobs(nb_hours=30 * 24, queue=PERIODIC, include_failed=True)


@periodic("compare_clocks", cron=EVERY_MINUTE)
def compare_clocks(timestamp: int) -> None:
    """Fail where this worker's clock is not the database's, so that an operator is told (``queue_status``)."""
    clocks.demand_agreement()
