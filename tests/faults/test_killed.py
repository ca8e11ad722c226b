"""A worker killed at any point, a recipient that is down or forgets to answer: everything arrives, once, in order.

The judge is the counterpart's own ledger.
"""

import hashlib
import socket
from collections import defaultdict

import pytest

from brik.staff.models import Role
from brik.vault import keys
from followup.sharing import actions
from followup.sharing.models import Attempt, AttemptOutcome, Delivery, DeliveryState
from tests import situations
from tests.faults import house as houses
from tests.faults.house import kill, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.proof]

# With the numbers below 501 deliveries in all.
PEOPLE, EACH = 4, 5


def queue_up(house, people=PEOPLE, each=EACH):
    """Somebody shares ``each`` times about each of ``people``; gives the messages in order, person by person."""
    koda, mapper = houses.case_system(house), situations.an_account(Role.MAPPER)
    expected = {}
    for _ in range(people):
        mapping, first = situations.a_shared_interview(koda, by=mapper)
        later = [actions.share(mapping, organisation=koda, by=mapper) for _ in range(each - 1)]
        expected[str(mapping.pk)] = [str(delivery.message_id) for delivery in (first, *later)]
    return expected


def judge(house, expected):
    """0 lost, 0 accepted twice, order kept for each person, and every copy of a message the same to the byte."""
    order, bytes_of = defaultdict(list), defaultdict(set)
    for line in house.ledger():
        assert line["verdict"] in ("RECEIVED", "DUPLICATE"), line
        bytes_of[line["message_id"]].add(line["sha256"])
        if line["verdict"] == "RECEIVED":
            order[line["about"]].append(line["message_id"])
    assert order == expected
    assert all(len(digests) == 1 for digests in bytes_of.values())
    with keys.ring():
        sealed = {
            (str(delivery.message_id), hashlib.sha256(delivery.disclosure.payload.open()).hexdigest())
            for delivery in Delivery.objects.select_related("disclosure")
        }
    assert sealed == {(message, digest) for message, digests in bytes_of.items() for digest in digests}


def finish(house, expected):
    wait_for(houses.all_accepted)
    judge(house, expected)
    assert "Traceback" not in house.faults()


LOCK_ONE_PERSON = "SELECT pg_advisory_xact_lock(hashtextextended('sharing:' || %s, 0))"


def first_person():
    return str(Delivery.objects.order_by("pk").values_list("person", flat=True).first())


def test_killed_before_the_attempt_is_committed(house):
    expected = queue_up(house)
    house.counterpart()
    with houses.holding(LOCK_ONE_PERSON, first_person()):
        worker = house.worker()
        wait_for(houses.somebody_waits_for_a_lock)
        kill(worker)
    house.worker()
    finish(house, expected)


def test_killed_after_the_attempt_is_committed_before_anything_arrives(house):
    expected = queue_up(house)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(16)  # takes the connection, reads nothing
        worker = house.worker(CASE_SYSTEM_URL=f"http://127.0.0.1:{deaf.getsockname()[1]}/meldinger")
        wait_for(houses.an_attempt_is_open)
        kill(worker)
    house.counterpart()
    assert house.ledger() == []
    house.worker()
    finish(house, expected)
    assert Attempt.objects.filter(outcome="").exists()


def test_killed_after_the_recipient_has_accepted(house):
    expected = queue_up(house)
    house.counterpart("--mode", "hold-taken")
    worker = house.worker()
    wait_for(house.held)
    assert house.ledger()
    kill(worker)
    house.control("ok")
    house.worker()
    finish(house, expected)
    assert "DUPLICATE" in {line["verdict"] for line in house.ledger()}


def test_killed_after_the_answer_before_the_outcome_is_committed(house):
    expected = queue_up(house, people=1, each=10)
    house.counterpart("--mode", "hold-taken")
    worker = house.worker()
    wait_for(house.held)
    with houses.holding(LOCK_ONE_PERSON, first_person()):
        house.control("ok")
        wait_for(houses.somebody_waits_for_a_lock)
        assert houses.an_attempt_is_open()
        kill(worker)
    house.worker()
    finish(house, expected)


def test_killed_after_the_outcome_is_committed_before_the_job_is_finished(house):
    expected = queue_up(house, people=1, each=10)
    house.counterpart("--mode", "hold-taken")
    worker = house.worker()
    wait_for(house.held)
    with houses.holding("SELECT 1 FROM procrastinate_jobs WHERE status = 'doing' FOR UPDATE"):
        house.control("ok")
        wait_for(houses.all_accepted)
        kill(worker)
    house.worker()
    finish(house, expected)
    assert not Attempt.objects.filter(outcome="").exists()


def test_killed_again_and_again_at_random_moments(house):
    expected = queue_up(house, people=20, each=16)
    house.counterpart("--mode", "slow", "--seconds", "0.02")
    for accepted in (60, 150, 240):
        worker = house.worker()
        received = Delivery.objects.filter(state=DeliveryState.ACCEPTED)
        wait_for(lambda: received.all().count() >= accepted)  # noqa: B023 - called before the next round
        kill(worker)
    house.control("ok")
    house.worker()
    finish(house, expected)


def test_an_outage_loses_nothing_and_ends_by_itself(house):
    expected = queue_up(house, people=10)
    house.worker()
    wait_for(lambda: Attempt.objects.filter(outcome=AttemptOutcome.NO_ANSWER).count() > 30)
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.ATTEMPTED, DeliveryState.QUEUED}
    house.counterpart("--mode", "failing")
    wait_for(lambda: Attempt.objects.filter(detail__startswith="HTTP 503").count() > 10)
    house.control("ok")
    finish(house, expected)


def test_lost_answers_mean_sending_again_and_being_taken_once(house):
    expected = queue_up(house, people=10)
    house.counterpart("--mode", "silent")
    house.worker()
    house.worker()
    wait_for(lambda: len(house.ledger()) > 20)
    house.control("ok")
    finish(house, expected)
    assert "DUPLICATE" in {line["verdict"] for line in house.ledger()}


def test_a_worker_asked_to_stop_lets_the_message_on_its_way_come_to_its_end(house):
    queue_up(house, people=1, each=1)
    house.counterpart("--mode", "hold-taken")
    worker = house.worker()
    wait_for(house.held)
    worker.terminate()
    house.control("ok")
    assert worker.wait(20) == 0
    assert Delivery.objects.get().state == DeliveryState.ACCEPTED
