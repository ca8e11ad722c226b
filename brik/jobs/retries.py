"""How a job that broke is tried again."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from brik.jobs import intervals


class PersistentRetry(BaseRetryStrategy):
    """A job that broke (the database was away) is tried again, later each time, for ever."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        return RetryDecision(retry_at=timezone.now() + intervals.delay(job.attempts + 1))
