"""What is told ahead takes effect when it comes: at every look, and by a job for what follows from it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from brik.arrivals.models import Message
from brik.arrivals.timeline.standings import Fate
from brik.arrivals.timeline.timeline import timeline
from brik.audit.actors import Process
from brik.mapping.record.states import InterviewState
from brik.people.identifiers.numbers import Number, NumberKind
from brik.people.models import Person, Stay
from followup.desk import jobs, receiving
from followup.desk.worklist import people_order
from followup.desk.worklist.filters import Narrowing
from tests import situations
from tests.arrivals import samples
from tests.arrivals.states import contents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
BY = Process("intake")


def receive(raw, **more):
    return receiving.receive(raw, by=BY, **more)


def ahead(**time):
    return (timezone.localtime() + timedelta(**time)).isoformat(timespec="seconds")


@pytest.fixture
def clock(monkeypatch):
    """Lets time pass."""

    def advance(**time):
        moment = timezone.now() + timedelta(**time)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return advance


def in_an_interview():
    """An interview that has begun, and the number of the person."""
    mapping = situations.an_interview(situations.an_account())
    return mapping, number_of(mapping.person)


def number_of(person):
    row = person.identifiers.get()
    return Number(NumberKind(row.kind), row.number.open())


def test_a_release_told_ahead_ends_nothing_before_it_comes(clock):
    number = situations.a_number()
    person = receive(samples.arrival(number)).person
    outcome = receive(samples.release(number, released=ahead(days=3), at="2026-05-01"))
    assert (outcome.effects, outcome.reason) == ([], "Tas i bruk når tiden er kommet.")
    person = Person.objects.get(pk=person.pk)
    assert not person.current_stay.is_over
    jobs.take_effect.func(timestamp=0)
    assert Message.objects.filter(fate=Fate.AHEAD).count() == 1
    clock(days=4)
    assert Person.objects.get(pk=person.pk).current_stay.is_over
    jobs.take_effect.func(timestamp=0)
    assert not Message.objects.filter(fate=Fate.AHEAD).exists()


def test_when_the_release_comes_the_interview_is_closed_by_the_job(clock):
    mapping, number = in_an_interview()
    receive(samples.release(number, released=ahead(days=3), at=ahead(seconds=0)))
    mapping.refresh_from_db()
    assert (mapping.state, mapping.gate_open) == (InterviewState.DRAFT, True)
    clock(days=4)
    jobs.take_effect.func(timestamp=0)
    mapping.refresh_from_db()
    assert (mapping.state, mapping.gate_open) == (InterviewState.CLOSED, False)
    jobs.take_effect.func(timestamp=0)


def test_another_message_between_the_moment_and_the_job_carries_it_out(clock):
    mapping, number = in_an_interview()
    receive(samples.release(number, released=ahead(days=3), at=ahead(seconds=0)))
    clock(days=4)
    receive(samples.person_information(number, at=ahead(seconds=0)))
    mapping.refresh_from_db()
    assert (mapping.state, mapping.gate_open) == (InterviewState.CLOSED, False)
    assert not Message.objects.filter(fate=Fate.AHEAD).exists()


def test_a_release_that_is_taken_back_before_it_comes_never_takes_effect(clock):
    mapping, number = in_an_interview()
    receive(samples.release(number, message_id="ut", released=ahead(days=3), at=ahead(seconds=0)))
    receive(samples.deletion("ut"), message_id="slett.xml")
    assert Message.objects.get(message_id="ut").happens_at is None
    clock(days=4)
    jobs.take_effect.func(timestamp=0)
    mapping.refresh_from_db()
    assert (mapping.state, mapping.gate_open) == (InterviewState.DRAFT, True)
    assert not Person.objects.get(pk=mapping.person_id).current_stay.is_over


def test_somebody_told_of_ahead_is_not_here_before_the_day(clock):
    outcome = receive(samples.arrival(situations.a_number(), arrived=ahead(days=2), at=ahead(seconds=0)))
    assert (outcome.person, outcome.waits) == (None, False)
    assert not Stay.objects.exists()
    clock(days=3)
    jobs.take_effect.func(timestamp=0)
    assert Stay.objects.get().unit.number == samples.OSLO[0]


def test_a_move_told_ahead_moves_nobody_before_the_day(clock):
    number = situations.a_number()
    person = receive(samples.arrival(number)).person
    assert receive(samples.transfer(number, arrived=ahead(days=2), at=ahead(seconds=0))).effects == []
    assert Person.objects.get(pk=person.pk).current_stay.unit.number == samples.OSLO[0]
    clock(days=3)
    jobs.take_effect.func(timestamp=0)
    assert Person.objects.get(pk=person.pk).current_stay.unit.number == samples.AGDER[0]


def test_the_worklist_has_somebody_until_the_release_comes(clock):
    number = situations.a_number()
    person = receive(samples.arrival(number)).person
    situations.a_person(at=situations.a_unit("Bredtveit fengsel"))
    mapper = situations.an_account(at=person.current_stay.unit)
    receive(samples.release(number, released=ahead(days=3), at=ahead(seconds=0)))

    def listed(when):
        narrowing = Narrowing.read({"frist": when}, mapper)
        return list(people_order.people(mapper, narrowing))

    assert (listed(""), listed("loeslatt")) == ([person], [])
    clock(days=4)
    assert (listed(""), listed("loeslatt")) == ([], [person])


MOMENTS = ["2026-03-01T10:00", "2026-03-05T10:00", "2026-03-09T10:00", "2026-03-20T10:00"]
NUMBERS = [situations.a_number(), situations.a_number()]


@st.composite
def one_message(draw):
    number, when = draw(st.sampled_from(NUMBERS)), draw(st.sampled_from(MOMENTS))
    meta = {"message_id": draw(st.sampled_from("abcdef")), "at": draw(st.sampled_from(MOMENTS))}
    kind = draw(st.sampled_from(["arrival", "transfer", "release", "stop"]))
    return {
        "arrival": lambda: samples.arrival(number, arrived=when, **meta),
        "transfer": lambda: samples.transfer(number, arrived=when, **meta),
        "release": lambda: samples.release(number, released=when, **meta),
        "stop": lambda: samples.execution(number, at_time=when, status="Stanset", **meta),
    }[kind](), None


@given(st.lists(one_message(), max_size=7), st.integers(0, 3))
def test_at_each_moment_the_state_is_that_of_what_has_come(sent, place):
    """Nothing told ahead shows but the day of a release; and once its moment has come, it was never ahead."""
    told = contents(sent)
    moment = contents([(samples.transfer(NUMBERS[0], arrived=MOMENTS[place]), None)])[0].happened_at
    state = timeline(told, at=moment)
    for person in state.people:
        assert all(stay.arrived_at <= moment for stay in person.stays)
    for message in told:
        is_ahead = state.standings[message.key].fate is Fate.AHEAD
        assert not (is_ahead and message.happened_at <= moment)
    everything_has_come = contents([(samples.transfer(NUMBERS[0], arrived=MOMENTS[-1]), None)])[0].happened_at
    assert timeline(told, at=everything_has_come) == timeline(told)
