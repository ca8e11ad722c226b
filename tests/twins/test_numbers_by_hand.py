"""A leader's answer about a number written by hand does the same, and answers the same, whoever has the number."""

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from brik.arrivals import actions
from brik.arrivals.models import Message
from brik.audit.actors import Process
from brik.people.identifiers.numbers import Number, NumberKind
from brik.people.models import Identifier
from brik.people.protection import AddressGrade
from brik.staff.models import Role
from brik.vault import keys
from tests import situations
from tests.arrivals import samples
from tests.twins import house
from tests.twins.house import NEVER, Twin
from tests.twins.traces import Sent, differences, trace

pytestmark = [pytest.mark.django_db]
BY = Process("tests")


@pytest.fixture(scope="module")
def twin(demo_house):
    with keys.ring():
        return house.build_all((NEVER,))[NEVER]


def nobody(number):
    """Nobody has the number."""


def somebody(number, unit):
    actions.receive_message(samples.arrival(number, message_id="der", place=(unit.number, unit.name)), by=BY)
    row = Message.objects.get(message_id="der")
    assert row.person is not None
    return row.person


def in_custody(number):
    somebody(number, situations.a_unit("Et annet fengsel"))


def released(number):
    unit = situations.a_unit("Et annet fengsel")
    somebody(number, unit)
    place = (unit.number, unit.name)
    actions.receive_message(samples.release(number, message_id="ut", at="2026-03-09", place=place), by=BY)


def graded(number):
    situations.protect(somebody(number, situations.a_unit("Et annet fengsel")), grade=AddressGrade.STRICTLY)


def answered_no_there(number):
    """The leader where somebody has it has said no already."""
    in_custody(number)


HOLDERS = (in_custody, released, graded, answered_no_there)


def written(twin: Twin, number: Number, *, registered: bool) -> Message:
    """The number as staff of the twin's unit write it: for somebody whom they register, or for the twin."""
    officer = twin.staff[Role.CONTACT_OFFICER]
    if registered:
        told: dict[str, Any] = {"name": ("Prøve", "", "Håndskrevet"), "unit": twin.unit, "category": "Ubetinget"}
        arrived = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
        actions.register(**told, numbers=[number], arrived_at=arrived, by=officer)
    else:
        actions.add_number(twin.person, number, by=officer)
    row: Message = Message.objects.parked().get(question="nummer")
    return row


def traces(client, twin, number, holder, *, registered):
    """What the leader is shown and answered, and what the officer is shown after, and when the answer is changed."""
    found = []
    with keys.ring(), transaction.atomic():
        holder(number)
        row = written(twin, number, registered=registered)
        if holder is answered_no_there:
            unit = Identifier.objects.holding([number])[number].person.current_stay.unit
            actions.resolve(row, same=False, by=situations.an_account(Role.LEADER, at=unit))
        address = reverse("desk:answer_arrival", args=[row.pk])
        known_as = reverse("desk:known_as", args=[(row.person or twin.person).pk])

        def look(role, method="GET", to="", form=None):
            found.append(trace(client, Sent(method, to or reverse("desk:waiting"), form or {}), twin, role))

        def looks_and_answers():
            form = {"question": row.question, "fate": Message.objects.get(pk=row.pk).fate}
            look(Role.LEADER)
            look(Role.CONTACT_OFFICER, to=reverse("desk:worklist"))
            look(Role.CONTACT_OFFICER, to=known_as)
            look(Role.CONTACT_OFFICER, "POST", known_as, {"add": "number", "kind": DUF.kind.value, "number": DUF.value})
            for same in ("ja", "nei"):
                look(Role.LEADER, "POST", address, {**form, "same": same})
                look(Role.LEADER, "POST", address, {**form, "same": same, "checked": "ja"})

        looks_and_answers()
        for same in (True, False):
            actions.resolve(Message.objects.get(pk=row.pk), same=same, by=twin.staff[Role.LEADER])
            looks_and_answers()
        transaction.set_rollback(True)
    return found


DUF = situations.a_number(NumberKind.DUF)


@pytest.mark.parametrize("registered", [True, False], ids=["registered", "added"])
def test_an_answer_about_a_number_by_hand_tells_nothing_of_who_has_it(client, twin, registered):
    number = situations.a_number(NumberKind.SSP)
    first = traces(client, twin, number, nobody, registered=registered)
    # An officer adds no second number while one waits, whoever has that.
    assert {found.status for found in first} == ({200, 302, 422} if registered else {200, 302})
    for holder in HOLDERS:
        other = traces(client, twin, number, holder, registered=registered)
        for one, two in zip(first, other, strict=True):
            assert not differences(one, two), f"{holder.__name__}: " + "\n".join(differences(one, two))
