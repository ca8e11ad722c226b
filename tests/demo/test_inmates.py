"""The made-up people of the demonstration."""

from collections import Counter
from datetime import date

import pytest
from lxml import etree

from brik.arrivals.actions import receive_message
from brik.arrivals.timeline.outcomes import MessageStatus
from brik.audit.actors import Process
from brik.people.models import Person
from followup.demo import inmates, register

TODAY = date(2026, 11, 21)


def test_the_same_day_gives_the_same_people():
    assert list(inmates.stream(TODAY)) == list(inmates.stream(TODAY))


def test_there_are_about_sixty_in_three_units():
    people = inmates.everyone(TODAY)
    assert 55 <= len(people) <= 65
    assert len({someone.unit["number"] for someone in people}) == 3


def test_every_number_is_synthetic_and_has_right_control_digits():
    for someone in inmates.everyone(TODAY):
        if someone.number:
            digits = [int(digit) for digit in someone.number]
            assert 81 <= int(someone.number[2:4]) <= 92
            assert sum(w * d for w, d in zip([3, 7, 6, 1, 8, 9, 4, 5, 2, 1], digits[:10], strict=True)) % 11 == 0
            assert sum(w * d for w, d in zip([5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1], digits, strict=True)) % 11 == 0


def test_no_two_people_share_a_number():
    numbers = [someone.number for someone in inmates.everyone(TODAY) if someone.number]
    assert len(numbers) == len(set(numbers))


def test_every_message_is_well_formed_and_carries_its_own_id():
    ids = set()
    for raw in inmates.stream(TODAY):
        root = etree.fromstring(raw)
        ids.add(root.findtext(".//{*}MeldingsId"))
    assert len(ids) == len(list(inmates.stream(TODAY)))


@pytest.mark.django_db
def test_all_arrive_through_the_real_intake_and_one_message_waits(key_ring):
    register.load()
    outcomes = [receive_message(raw, by=Process("tests")) for raw in inmates.stream(TODAY)]
    told = Counter(outcome.status for outcome in outcomes)
    assert told == {MessageStatus.ACCEPTED: len(outcomes) - 1, MessageStatus.PARKED: 1}, [
        o.reason for o in outcomes if o.reason
    ]
    assert Person.objects.count() == len(inmates.everyone(TODAY))
