"""How a failed job is tried again."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from brik.jobs import intervals


class PersistentRetry(BaseRetryStrategy):
    """Tries a failed job again for ever, with longer and longer waits."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        return RetryDecision(retry_at=timezone.now() + intervals.delay(job.attempts + 1))
