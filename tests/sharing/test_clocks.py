"""A worker whose clock is not the database's sends no shares, and goes on retracting."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from brik.jobs import clocks
from brik.jobs.jobs import compare_clocks
from brik.jobs.periodic_work import PERIODIC
from followup.sharing import actions, jobs
from followup.sharing.delivery import sending
from followup.sharing.delivery.reconciliation import reconcile
from followup.sharing.models import Attempt, Delivery, DeliveryKind, DeliveryState
from followup.sharing.wire import message_schemas
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture
def moved(monkeypatch):
    """Sets this machine's clock ahead, or back, of the database's."""
    now = timezone.now

    def set_by(**ahead):
        monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(**ahead))

    return set_by


def deliver(delivery):
    jobs.deliver.func(str(delivery.person_id), delivery.organisation_id)
    delivery.refresh_from_db()
    return delivery.state


@pytest.mark.parametrize("ahead", [{"seconds": 61}, {"seconds": -61}, {"days": 400}, {"days": -400}], ids=str)
def test_by_a_clock_a_minute_off_no_share_is_sent_and_by_the_right_one_it_is(counterpart, koda, moved, ahead):
    delivery = situations.a_delivery(koda)
    moved(**ahead)
    assert deliver(delivery) == DeliveryState.QUEUED
    assert (Attempt.objects.count(), counterpart.ledger.lines()) == (0, [])
    moved(seconds=0)
    assert deliver(delivery) == DeliveryState.ACCEPTED


@pytest.mark.parametrize("ahead", [{"seconds": 50}, {"seconds": -50}], ids=str)
def test_less_than_a_minute_makes_no_difference(counterpart, koda, moved, ahead):
    delivery = situations.a_delivery(koda)
    moved(**ahead)
    assert deliver(delivery) == DeliveryState.ACCEPTED


@pytest.mark.parametrize("ahead", [{"minutes": 5}, {"minutes": -5}], ids=str)
def test_a_retraction_goes_on_and_the_share_beside_it_waits(counterpart, koda, moved, ahead):
    mapper = situations.an_account()
    mapping, first = situations.a_shared_interview(koda, by=mapper)
    assert deliver(first) == DeliveryState.ACCEPTED
    situations.let_expire(mapping.person)
    reconcile(mapping.person, by=situations.DESK)
    situations.a_permit(mapping.person, koda)
    again = actions.share(mapping, organisation=koda, by=mapper)
    moved(**ahead)
    assert deliver(again) == DeliveryState.QUEUED
    assert Delivery.objects.get(kind=DeliveryKind.RETRACTION).state == DeliveryState.ACCEPTED
    first.refresh_from_db()
    assert first.state == DeliveryState.RETRACTED
    assert counterpart.ledger.lines()[-1].schema == message_schemas.RETRACTION
    moved(minutes=0)
    assert deliver(again) == DeliveryState.ACCEPTED


def test_a_share_that_was_held_back_is_woken_again_without_anybodys_doing(counterpart, koda, moved):
    delivery = situations.a_delivery(koda)
    moved(minutes=5)
    deliver(delivery)
    ProcrastinateJob.objects.filter(lock__startswith=str(delivery.person_id))._raw_delete("default")
    jobs.wake_waiting.func(timestamp=0)
    assert ProcrastinateJob.objects.filter(lock__startswith=str(delivery.person_id), status="todo").exists()


def test_the_operator_is_told(koda, moved):
    out = StringIO()
    compare_clocks.func(timestamp=0)
    moved(minutes=2)
    with pytest.raises(clocks.ClocksApart):
        compare_clocks.func(timestamp=0)
    moved(minutes=0)
    failed_round()
    with pytest.raises(CommandError, match="A worker's clock is not the database's; it sends no shares"):
        call_command("queue_status", stdout=out)
    assert "clocks apart, last 60 min: 1\n" in out.getvalue()
    assert "periodic work failed, last 60 min: 0\n" in out.getvalue()


def failed_round():
    """A round of the comparison that has failed, as the worker writes it down."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES (%s, %s, 'todo') RETURNING id",
            [PERIODIC, compare_clocks.name],
        )
        for status in ("doing", "failed"):
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = %s WHERE task_name = %s", [status, compare_clocks.name]
            )


def test_the_worker_asks_at_each_job_and_not_whoever_sends_in_another_way(koda, counterpart, moved):
    """The history of a demonstration, and a test, are told by a clock set back; they call the action itself."""
    delivery = situations.a_delivery(koda)
    moved(minutes=5)
    sending.send_waiting(delivery.person_id, koda.pk, by=jobs.WORKER)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.ACCEPTED
