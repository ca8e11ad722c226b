"""Whoever watches the machines is told in time that messages wait, or that nobody does the periodic work."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from brik.audit import log
from brik.audit.verbs import Verb
from brik.staff.models import Role
from followup.sharing import actions, jobs
from followup.sharing.delivery.late_spans import LateKind
from followup.sharing.models import Delivery, DeliveryState
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
ROUNDS = (jobs.end_by_time, jobs.reconcile_all, jobs.wake_waiting)


def ago(minutes):
    return timezone.now() - timedelta(minutes=minutes)


def begun(task, minutes, *, failed=False):
    """A round of periodic work begun so long ago, the way the worker writes it down."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT procrastinate_defer_periodic_job_v2("
            "'tending'::varchar, NULL, NULL, %s::varchar, 0, 'sharing'::varchar, %s::bigint, '{}'::jsonb)",
            [task.name, int(ago(minutes).timestamp())],
        )
        if failed:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = %s", [task.name])
            cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = %s", [task.name])


@pytest.fixture
def worker(db):
    for task in ROUNDS:
        begun(task, 1)


def status(*arguments):
    out = StringIO()
    call_command("queue_status", *arguments, stdout=out)
    return dict(line.split(": ") for line in out.getvalue().splitlines())


def wait_since(delivery, minutes, state=DeliveryState.QUEUED):
    Delivery.objects.filter(pk=delivery.pk).change(
        state=state, state_at=ago(minutes), attempts_made=1 if state == DeliveryState.ATTEMPTED else 0
    )


def test_a_house_where_nothing_waits_is_well(worker):
    assert status() == {
        "waiting": "0",
        "oldest waiting": "-",
        "without answer": "0",
        "parked": "0",
        "behind parked": "0",
        "failed": "0",
        "set aside, stored data do not fit": "0",
        "data that did not fit, last day": "0",
        "periodic work began": "1 min",
        "periodic work failed, last 60 min": "0",
        "clocks apart, last 60 min": "0",
        "jobs that do not end": "0",
        "deletions without effect": "0",
        "oldest deletion without effect": "-",
    } | {f"late, {kind.value.replace('_', ' ')}": "0" for kind in LateKind}


def test_data_that_do_not_fit_wake_the_operator_for_a_day(koda, worker):
    delivery = situations.a_delivery(koda)
    Delivery.objects.filter(pk=delivery.pk).change(state=DeliveryState.PARKED, broken=True)
    with pytest.raises(CommandError, match="Stored data do not fit"):
        status()
    Delivery.objects.filter(pk=delivery.pk).change(broken=False)
    status()
    log.record(Verb.INTEGRITY_BROKEN, by=situations.DESK, obj=delivery)
    with pytest.raises(CommandError, match="Stored data do not fit"):
        status()


def test_what_waits_is_counted_and_tells_nothing_of_anybody(koda, worker):
    for state in (DeliveryState.QUEUED, DeliveryState.ATTEMPTED, DeliveryState.PARKED, DeliveryState.FAILED):
        delivery = situations.a_delivery(koda)
        wait_since(delivery, 20, DeliveryState.ATTEMPTED if state == DeliveryState.FAILED else state)
        Delivery.objects.filter(pk=delivery.pk).change(state=state)
    told = status()
    assert [told[name] for name in ("waiting", "without answer", "parked", "failed")] == ["2", "1", "1", "1"]
    assert told["oldest waiting"] == "20 min"
    assert str(delivery.person_id) not in str(told)


@pytest.mark.parametrize(("minutes", "late"), [(59, False), (61, True)])
def test_it_ends_with_1_when_the_oldest_has_waited_longer_than_it_may(koda, worker, minutes, late):
    delivery = situations.a_delivery(koda)
    wait_since(delivery, minutes)
    if late:
        with pytest.raises(CommandError, match="Late: share waiting") as ended:
            status()
        assert ended.value.returncode == 1
    else:
        assert status()["oldest waiting"] == f"{minutes} min"


def test_a_message_tried_again_and_again_has_waited_since_it_was_made(koda, worker):
    delivery = situations.a_delivery(koda)
    wait_since(delivery, 2, DeliveryState.ATTEMPTED)
    Delivery.objects.change(created_at=ago(120))
    with pytest.raises(CommandError, match="Late: share waiting"):
        status()


def test_what_a_person_has_set_aside_or_put_back_alarms_nobody(koda, worker):
    mapper = situations.an_account(Role.MAPPER)
    mapping, parked = situations.a_shared_interview(koda, by=mapper)
    behind = actions.share(mapping, organisation=koda, by=mapper)
    wait_since(parked, 300, DeliveryState.PARKED)
    wait_since(behind, 200)
    resent = situations.a_delivery(koda)
    Delivery.objects.filter(pk=resent.pk).change(created_at=ago(300))
    told = status()
    assert (told["waiting"], told["parked"], told["behind parked"]) == ("1", "1", "1")


def test_what_lies_in_an_inbox_waits_for_no_worker(worker):
    situations.a_shared_interview(situations.an_organisation())
    Delivery.objects.change(state_at=ago(300), created_at=ago(300))
    assert status()["waiting"] == "0"


def test_it_ends_with_1_when_one_of_the_periodic_works_has_not_begun_for_too_long():
    for task, minutes in zip(ROUNDS, (1, 61, 1), strict=True):
        begun(task, minutes)
    with pytest.raises(CommandError, match="is a worker running"):
        status()
    assert status("--minutes", "90")["periodic work began"] == "61 min"


def test_it_ends_with_1_when_there_has_never_been_a_worker():
    with pytest.raises(CommandError, match="is a worker running"):
        status()


def test_it_ends_with_1_when_a_round_has_failed(worker):
    begun(jobs.end_by_time, 0, failed=True)
    with pytest.raises(CommandError, match="Periodic work has failed"):
        status()
