"""What the worker does between messages: nothing is left lying, and waiting never ends."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db.models.signals import post_init
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from brik.jobs import intervals, retries
from brik.staff.models import Role
from followup.sharing import actions
from followup.sharing import jobs as tasks
from followup.sharing.delivery import queue
from followup.sharing.models import Delivery
from followup.sharing.wire import case_system, signing
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


def jobs(delivery):
    return ProcrastinateJob.objects.filter(lock=queue.lock(delivery.person_id, delivery.organisation_id))


def test_what_waits_without_a_job_is_woken(koda):
    delivery = situations.a_delivery(koda)
    jobs(delivery)._raw_delete(jobs(delivery).db)
    Delivery.objects.filter(pk=delivery.pk).change(state_at=timezone.now() - timedelta(hours=1))
    tasks.wake_waiting.func(timestamp=0)
    tasks.wake_waiting.func(timestamp=0)
    assert [job.args["person"] for job in jobs(delivery)] == [str(delivery.person_id)]


def test_of_much_that_waits_only_who_and_whom_are_asked_for(koda):
    mapper = situations.an_account(Role.MAPPER)
    mapping, first = situations.a_shared_interview(koda, by=mapper)
    for _ in range(3):
        actions.share(mapping, organisation=koda, by=mapper)
    awake = situations.a_delivery(koda)
    jobs(first)._raw_delete(jobs(first).db)
    Delivery.objects.change(state_at=timezone.now() - timedelta(hours=1))
    loaded = []

    def count(instance, **kwargs):
        loaded.append(instance)

    post_init.connect(count, sender=Delivery)
    try:
        tasks.wake_waiting.func(timestamp=0)
    finally:
        post_init.disconnect(count, sender=Delivery)
    assert loaded == []
    assert [jobs(delivery).count() for delivery in (first, awake)] == [1, 1]


def test_a_job_carries_ids_and_nothing_else(koda):
    delivery = situations.a_delivery(koda)
    assert jobs(delivery).get().args == {"person": str(delivery.person_id), "organisation": koda.pk}


def test_a_broken_job_is_tried_again_for_ever():
    strategy = retries.PersistentRetry()
    for attempts in (0, 5, 5000):
        job = Job(id=1, queue="q", lock=None, queueing_lock=None, task_name="t", attempts=attempts)
        wait = strategy.get_retry_decision(exception=OSError(), job=job).retry_at - timezone.now()
        assert timedelta(0) < wait <= timedelta(hours=1)


def test_waiting_is_shortened_by_one_setting(settings):
    settings.DELIVERY_PACE = 0.01
    assert intervals.delay(1) == timedelta(seconds=0.1)
    assert intervals.delay(50) == timedelta(seconds=36)
    assert intervals.every(30) == "* * * * * */1"
    assert intervals.stalled_after() > 2 * intervals.heartbeat()


@pytest.mark.parametrize("url", ["", "http://koda.example/meldinger", "//koda.example", "http://127.0.0.1.example/"])
def test_messages_leave_only_to_an_encrypted_address_or_this_machine(settings, url):
    settings.CASE_SYSTEM_URL = url
    with pytest.raises(ImproperlyConfigured):
        case_system.address()


def test_our_public_key_can_be_handed_out():
    out = StringIO()
    call_command("signing_key", "print", stdout=out)
    assert json.loads(out.getvalue()) == {"keys": [signing.public_jwk(signing.own_key())]}


def test_the_counterparts_key_is_made_once_and_printed(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    printed = []
    for _ in range(2):
        out = StringIO()
        call_command("counterpart", "--public-key", stdout=out)
        printed.append(json.loads(out.getvalue()))
    assert printed[0] == printed[1]
    assert "d" not in printed[0]
    assert (tmp_path / "counterpart" / "private.pem").stat().st_mode & 0o077 == 0
