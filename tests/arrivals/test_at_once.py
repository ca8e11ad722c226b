"""Several processes receive messages about the same people at once: nothing is lost, doubled or half stored."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from brik.arrivals import actions
from brik.arrivals.models import Message
from brik.arrivals.timeline.outcomes import MessageStatus
from brik.arrivals.timeline.timeline import timeline
from brik.audit.actors import Process
from brik.people.identifiers.numbers import NumberKind
from brik.people.models import Identifier, Person, Stay
from brik.vault import keys
from tests import situations
from tests.arrivals import samples
from tests.arrivals.states import as_told, contents, from_database

pytestmark = [pytest.mark.django_db(transaction=True)]
BY = Process("intake")


def at_once(raws, workers=6):
    """Each message in a connection of its own, all let go at the same moment."""
    gate = threading.Barrier(workers)

    def work(lot):
        try:
            gate.wait(10)
            with keys.ring():
                return [actions.receive_message(raw, by=BY).status for raw in lot]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        return sorted(status for lot in pool.map(work, raws) for status in lot)


def test_the_same_message_many_times_at_once_is_accepted_once():
    raw = samples.arrival(situations.a_number(), message_id="a1")
    statuses = at_once([[raw]] * 6)
    assert statuses == [MessageStatus.ACCEPTED, *[MessageStatus.DUPLICATE] * 5]
    assert Person.objects.count() == Message.objects.count() == Stay.objects.count() == 1


def test_first_messages_about_one_person_at_once_make_one_person():
    number = situations.a_number()
    raws = [samples.arrival(number, arrived=f"2026-0{month}-01", at=f"2026-0{month}-01") for month in range(1, 7)]
    at_once([[raw] for raw in raws])
    assert Person.objects.count() == Identifier.objects.count() == 1
    assert Stay.objects.count() == 6


def test_messages_about_entangled_people_at_once_give_what_the_pure_function_gives():
    one, other, duf = (
        situations.a_number(),
        situations.a_number(NumberKind.D_NUMBER),
        situations.a_number(NumberKind.DUF),
    )
    raws = [
        samples.arrival(one, message_id="a1", at="2026-03-01"),
        samples.arrival(other, duf, message_id="a2", at="2026-03-02", place=samples.AGDER),
        samples.person_information(one, duf, message_id="a3", at="2026-03-03"),
        samples.transfer(one, message_id="a4", at="2026-04-01T13:00"),
        samples.release(other, message_id="a5", at="2026-05-01T13:00"),
        samples.new_dates(one, message_id="a6", at="2026-05-01T13:00", category="Forvaring"),
    ]
    at_once([[raw, raws[(place + 1) % 6]] for place, raw in enumerate(raws)])
    with keys.ring():
        assert from_database() == as_told(timeline(contents([(raw, None) for raw in raws])))


def test_what_breaks_halfway_leaves_nothing_behind(monkeypatch):
    from brik.arrivals.timeline import storage

    def broken(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(storage, "_write_stays", broken)
    with pytest.raises(ConnectionError):
        actions.receive_message(samples.arrival(situations.a_number()), by=BY)
    assert not Message.objects.exists()
    assert not Person.objects.exists()
    assert not Identifier.objects.exists()


def test_registering_the_same_number_by_hand_at_once_registers_each_and_gives_the_number_to_nobody():
    number, unit = situations.a_number(), situations.a_unit()
    by = situations.an_account(at=unit)

    def register(_):
        try:
            told: dict[str, Any] = {
                "name": ("Prøve", "", "Testesen"),
                "numbers": [number],
                "unit": unit,
                "category": "Ubetinget",
            }
            actions.register(**told, arrived_at=timezone.now(), by=by)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(register, range(4)))
    assert Person.objects.count() == 4
    assert not Identifier.objects.exists()


def test_the_database_itself_keeps_a_number_with_one_person():
    person, other = situations.a_person(), situations.a_person()
    held = person.identifiers.get()
    with pytest.raises(Exception, match="identifier_belongs_to_one_person"), transaction.atomic():
        Identifier.objects.create(person=other, kind=held.kind, number="1", lookup=bytes(held.lookup))
    assert connection.is_usable()
