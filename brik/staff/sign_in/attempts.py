"""Counts attempts, so that nobody can guess for long. Stores only keyed hashes, no names or addresses."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from django.conf import settings
from django.db import models
from django.utils import timezone


def window() -> timedelta:
    """How long a failed attempt counts."""
    return timedelta(minutes=settings.THROTTLE_MINUTES)


class ThrottledAttemptQuerySet(models.QuerySet["ThrottledAttempt"]):
    def admit(self, key: bytes, *, limit: int) -> ThrottledAttempt | None:
        """Store one attempt at ``key`` if ``limit`` allows it within the window; else None, and nothing is stored.

        The attempt is stored before the count, so that simultaneous attempts count each other.
        """
        now = timezone.now()
        self.forget_old()
        attempt = self.create(key=key, at=now)
        if self.filter(key=key, at__gte=now - window()).count() <= limit:
            return attempt
        attempt.delete()
        return None

    def wait(self, key: bytes) -> int:
        """Seconds until the oldest attempt at ``key`` no longer counts."""
        first = self.filter(key=key).order_by("at").values_list("at", flat=True).first()
        seconds = (first + window() - timezone.now()).total_seconds() if first else 0
        return max(1, ceil(seconds))

    def forget_old(self) -> None:
        """Delete the attempts that count no longer."""
        self.filter(at__lt=timezone.now() - window()).delete()

    def forget(self, key: bytes) -> None:
        """Delete the attempts at ``key``, after a successful one."""
        self.filter(key=key).delete()


class ThrottledAttempt(models.Model):
    key = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    objects = ThrottledAttemptQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["key", "at"], name="attempt_by_key"),
            models.Index(fields=["at"], name="attempt_by_time"),
        ]
