"""A question about a namesake tells no unit whether somebody of that name is in custody elsewhere."""

from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from brik.arrivals import actions
from brik.arrivals.actions import receive_message
from brik.arrivals.models import Message
from brik.audit.actors import Process
from brik.people.identifiers.numbers import NumberKind
from brik.staff.models import Role, Unit
from brik.vault import keys
from tests import situations
from tests.arrivals import samples
from tests.twins import house
from tests.twins.house import NEVER
from tests.twins.traces import Sent, Trace, differences, trace

pytestmark = [pytest.mark.django_db]
BY = Process("tests")
NAME = ("Prøve", None, "Nyttnummer")
ELSEWHERE = ("7401", "Et annet fengsel")


@pytest.fixture(scope="module")
def twin(demo_house):
    with keys.ring():
        situations.an_account(at=Unit.objects.create(number=ELSEWHERE[0], name=ELSEWHERE[1]))
        return house.build_all((NEVER,))[NEVER]


def somebody_elsewhere(number, *, released):
    """Somebody of whom two messages tell: how many they are depends on nobody's custody."""
    receive_message(samples.arrival(number, message_id="for", place=ELSEWHERE, name=NAME), by=BY)
    meta: dict[str, Any] = {"message_id": "ut", "at": "2026-03-05", "name": NAME}
    later = (
        samples.release(number, released="2026-03-05", place=ELSEWHERE, **meta)
        if released
        else samples.new_dates(number, **meta)
    )
    receive_message(later, by=BY)


def traces(client, twin, role, *, new, known, differ: str = "") -> list[Trace]:
    """What is answered and done where somebody with a new number comes to the twin's unit.

    ``differ``: the leader there and the one where the namesake is or was have answered differently, this one first.
    """
    found = []
    with keys.ring(), transaction.atomic():
        place = (twin.unit.number, twin.unit.name)
        known()
        arrival = samples.transfer(new, message_id="inn", at="2026-04-01T12:30", to=place, name=NAME)
        receive_message(arrival, by=BY)
        row = Message.objects.get(message_id="inn")
        leaders = {"here": twin.staff[Role.LEADER]}
        if differ:
            leaders["there"] = situations.an_account(Role.LEADER, at=Unit.objects.get(number=ELSEWHERE[0]))
            for side in ("here", "there") if differ == "here" else ("there", "here"):
                actions.resolve(Message.objects.get(pk=row.pk), same=side == "here", by=leaders[side])
            row.refresh_from_db()
        answer = reverse("desk:answer_arrival", args=[row.pk])
        form = {"same": "ja", "question": row.question, "fate": row.fate}
        sent_by_all = [
            Sent("GET", reverse("desk:waiting"), {}),
            Sent("POST", answer, form),
            Sent("POST", answer, {**form, "same": "nei"}),
        ]
        # Once a yes is in force the person is this unit's, with all that is known of them: nothing of it is compared.
        if differ != "here":
            sent_by_all += [
                Sent("GET", reverse("desk:without_messages"), {}),
                Sent("GET", reverse("desk:worklist"), {}),
                Sent("POST", answer, {**form, "same": "nei", "checked": "ja"}),
            ]
        if differ == "there":
            sent_by_all.append(Sent("POST", answer, {**form, "checked": "ja"}))
        for sent in sent_by_all:
            found.append(trace(client, sent, twin, role))
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("role", [Role.LEADER, Role.CONTACT_OFFICER, Role.DECIDER])
def test_whether_the_namesake_is_in_custody_elsewhere_or_has_left_is_the_same(client, twin, role):
    number, new = situations.numbers_of_one_birthday(NumberKind.D_NUMBER, NumberKind.NATIONAL_ID)
    here, gone = (
        traces(client, twin, role, new=new, known=partial(somebody_elsewhere, number, released=released))
        for released in (False, True)
    )
    assert [found.status for found in here] == [found.status for found in gone]
    for one, other in zip(here, gone, strict=True):
        assert not differences(one, other)


@pytest.mark.parametrize("differ", ["here", "there"])
def test_that_another_leader_has_answered_differently_tells_nothing_of_where_the_namesake_is(client, twin, differ):
    number, new = situations.numbers_of_one_birthday(NumberKind.D_NUMBER, NumberKind.NATIONAL_ID)
    here, gone = (
        traces(
            client,
            twin,
            Role.LEADER,
            new=new,
            known=partial(somebody_elsewhere, number, released=released),
            differ=differ,
        )
        for released in (False, True)
    )
    assert "en annen leder har svart noe annet" in here[0].body
    for one, other in zip(here, gone, strict=True):
        assert not differences(one, other), "\n".join(differences(one, other))


@pytest.mark.parametrize("role", [Role.LEADER, Role.CONTACT_OFFICER, Role.DECIDER])
def test_in_a_third_unit_nothing_tells_that_a_question_is_asked(client, twin, role):
    number, new = situations.numbers_of_one_birthday(NumberKind.D_NUMBER, NumberKind.NATIONAL_ID)
    found = []
    for name in (NAME, ("Prøve", None, "Enannen")):
        with keys.ring(), transaction.atomic():
            receive_message(samples.arrival(number, message_id="for", place=ELSEWHERE, name=NAME), by=BY)
            later = samples.release(new, message_id="ut", at="2026-03-05", place=ELSEWHERE, name=name)
            receive_message(later, by=BY)
            assert Message.objects.filter(message_id="ut", fate="PAA_VENT").exists() is (name is NAME)
            found.append(trace(client, Sent("GET", reverse("desk:waiting"), {}), twin, role))
            transaction.set_rollback(True)
    assert not differences(*found)
