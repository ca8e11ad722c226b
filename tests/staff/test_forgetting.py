"""Sessions, kept pages and counted attempts are gone soon after their time, also where nobody signs in again."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from brik.staff import jobs
from brik.staff.kept_pages.rows import KEPT_FOR
from brik.staff.models import KeptPage, ThrottledAttempt
from tests import situations

pytestmark = pytest.mark.django_db


def left() -> tuple[int, int, int]:
    return Session.objects.count(), KeptPage.objects.count(), ThrottledAttempt.objects.count()


def test_what_has_had_its_time_is_deleted_and_nothing_else(client, monkeypatch):
    client.force_login(situations.an_account())
    now = timezone.now()
    KeptPage.objects.create(browser=b"b", sealed=b"s", at=now)
    ThrottledAttempt.objects.create(key=b"k", at=now)
    jobs.forget_expired(0)
    assert left() == (1, 1, 1)

    def pass_time(span):
        monkeypatch.setattr(timezone, "now", lambda: now + span)
        jobs.forget_expired(0)

    pass_time(KEPT_FOR + timedelta(seconds=1))
    assert left() == (1, 0, 1)
    pass_time(timedelta(minutes=settings.THROTTLE_MINUTES, seconds=1))
    assert left() == (1, 0, 0)
    pass_time(timedelta(seconds=settings.SESSION_COOKIE_AGE + 1))
    assert left() == (0, 0, 0)
