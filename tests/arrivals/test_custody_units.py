"""A unit in another spelling is asked about, and until the keeper has answered nobody is lost and nothing is shown."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from brik.arrivals import actions
from brik.arrivals.models import Message
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.pages.refusal import Refused
from brik.people.models import Person
from brik.staff.access import Scope
from brik.staff.models import Role, Unit, UnitStanding
from tests import situations
from tests.arrivals import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
BY = Process("intake")
WITHOUT_ZERO = ("501", "Oslo fengsel")
SAME_NAME = ("0777", "OSLO  Fengsel")


def receive(raw, message_id=None):
    return actions.receive_message(raw, message_id=message_id, by=BY)


@pytest.fixture
def oslo():
    return Unit.objects.create(number="0501", name="Oslo fengsel", district="Øst")


@pytest.fixture
def keeper():
    return situations.an_account(Role.SYSTEM)


@pytest.mark.parametrize("number", ["501", "00501"])
def test_a_number_without_its_zeros_is_the_known_unit_while_it_is_asked(oslo, number):
    person = receive(samples.arrival(situations.a_number(), place=(number, "Oslo f."))).person
    assert person.current_stay.unit == oslo
    assert Person.objects.visible_to(situations.an_account(at=oslo)).get() == person
    unit = Unit.objects.get(number=number)
    assert (unit.resembles, unit.standing, unit.is_asked) == (oslo, UnitStanding.LIKE_NUMBER, True)
    event = Event.objects.get(verb=Verb.ADMINISTERED)
    assert (event.object_name, event.reason) == ("unit", "unit_unclear")


@pytest.mark.parametrize("name", ["Oslo fengsel", "OSLO  Fengsel", "fengsel, Oslo"])
def test_the_same_name_with_another_number_shows_nobody_to_the_known_unit(oslo, name):
    person = receive(samples.arrival(situations.a_number(), place=("0777", name))).person
    assert not Person.objects.visible_to(situations.an_account(at=oslo)).exists()
    unit = Unit.objects.get(number="0777")
    assert (person.current_stay.unit, unit.resembles, unit.standing) == (unit, oslo, UnitStanding.LIKE_NAME)


def test_who_stood_at_the_known_unit_stays_there_while_the_name_is_asked_about(oslo):
    number = situations.a_number()
    person = receive(samples.arrival(number, place=samples.OSLO)).person
    receive(samples.execution(number, at="2026-04-02T12:30", place=SAME_NAME))
    person.refresh_from_db()
    assert person.current_stay.unit == oslo


def test_whoever_is_at_another_spelling_of_a_unit_that_turns_out_to_be_a_known_one_goes_along(oslo, keeper):
    receive(samples.arrival(situations.a_number(), place=SAME_NAME))
    person = receive(samples.arrival(situations.a_number(), place=("777", "Oslo"))).person
    assert person.current_stay.unit.number == "0777"
    actions.settle_unit(Unit.objects.get(number="0777"), same=True, by=keeper)
    person.refresh_from_db()
    assert person.current_stay.unit == oslo
    assert Unit.objects.named_as(frozenset([oslo.pk])).filter(number="777").exists()
    actions.settle_unit(Unit.objects.get(number="0777"), same=False, by=keeper)
    person.refresh_from_db()
    assert person.current_stay.unit.number == "0777"


def test_a_unit_like_no_other_is_made_without_a_question(oslo):
    receive(samples.arrival(situations.a_number(), place=samples.AGDER))
    unit = Unit.objects.get(number="0931")
    assert (unit.resembles, unit.standing) == (None, UnitStanding.OWN)
    assert not Event.objects.filter(verb=Verb.ADMINISTERED).exists()


@pytest.mark.parametrize("place", [WITHOUT_ZERO, SAME_NAME])
def test_the_keeper_answers_and_may_answer_anew(oslo, keeper, place):
    person = receive(samples.arrival(situations.a_number(), place=place)).person
    unit = Unit.objects.get(number=place[0])
    for same, expected in ((True, oslo), (False, unit), (True, oslo)):
        actions.settle_unit(unit, same=same, by=keeper)
        person.refresh_from_db()
        assert person.current_stay.unit == expected
    reasons = Event.objects.filter(verb=Verb.ADMINISTERED, actor=keeper.actor_id).values_list("reason", flat=True)
    assert list(reasons.order_by("pk")) == ["same_unit", "another_unit", "same_unit"]


def test_what_comes_later_follows_the_answer(oslo, keeper):
    receive(samples.arrival(situations.a_number(), place=SAME_NAME))
    actions.settle_unit(Unit.objects.get(number="0777"), same=True, by=keeper)
    later = receive(samples.arrival(situations.a_number(), place=SAME_NAME)).person
    assert later.current_stay.unit == oslo
    # Nobody is given a post at a unit that is another one.
    assert [unit.number for unit in Unit.objects.reached_by(Scope.ALL)] == ["0501"]


def test_a_leader_answers_for_messages_that_name_the_unit_without_its_zero(oslo):
    receive(samples.arrival(situations.a_number(), place=WITHOUT_ZERO, message_id="a1", category=None))
    row = Message.objects.get(message_id="a1")
    assert Message.objects.visible_to(situations.an_account(Role.LEADER, at=oslo)).get() == row
    elsewhere = situations.an_account(Role.LEADER, at=situations.a_unit("Bredtveit fengsel"))
    assert not Message.objects.visible_to(elsewhere).exists()


def test_nobody_but_the_keeper_answers_and_only_what_is_asked(oslo, keeper):
    receive(samples.arrival(situations.a_number(), place=SAME_NAME))
    unit = Unit.objects.get(number="0777")
    with pytest.raises(PermissionDenied):
        actions.settle_unit(unit, same=True, by=situations.an_account(Role.LEADER, at=oslo))
    with pytest.raises(Refused):
        actions.settle_unit(oslo, same=True, by=keeper)
    situations.an_account(at=unit)
    with pytest.raises(Refused):
        actions.settle_unit(unit, same=True, by=keeper)
    unit.refresh_from_db()
    assert unit.standing == UnitStanding.LIKE_NAME


def test_the_database_refuses_a_question_about_nothing(oslo):
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=oslo.pk).change(standing=UnitStanding.SAME)


# --- The keeper's page -----------------------------------------------------------------------------------------------


def test_the_keepers_page_asks_and_takes_the_answer(client, oslo, keeper):
    receive(samples.arrival(situations.a_number(), place=SAME_NAME, name=("Prøve", None, "Hemmeligsen")))
    unit = Unit.objects.get(number="0777")
    client.force_login(keeper)
    page = " ".join(client.get(reverse("desk:units")).content.decode().split())
    assert "Er dette samme enhet?" in page
    assert "1 innsatt vises ikke for noen før du har svart." in page
    assert "Hemmeligsen" not in page
    address = reverse("desk:settle_unit", args=[unit.pk])
    assert client.post(address, {"same": "kanskje"}).status_code == 400
    assert client.post(address, {"same": "ja"}).status_code == 302
    page = " ".join(client.get(reverse("desk:units")).content.decode().split())
    assert "Er dette samme enhet?" not in page
    assert "Samme enhet: Oslo fengsel (0501)" in page
    assert Person.objects.get().current_stay.unit == oslo


def test_units_where_nobody_works_are_on_the_lists_of_the_keeper_and_of_leaders_without_names(client, oslo, keeper):
    receive(samples.arrival(situations.a_number(), place=samples.AGDER, name=("Prøve", None, "Hemmeligsen")))
    receive(samples.arrival(situations.a_number(), place=samples.AGDER, category=None, message_id="uten"))
    leader = situations.an_account(Role.LEADER, at=oslo)
    for user, name, told in (
        (keeper, "desk:units", " · 1 innsatt og 1 melding på vent"),
        (leader, "desk:without_messages", "</li>"),
    ):
        client.force_login(user)
        page = " ".join(client.get(reverse(name)).content.decode().split())
        assert f"Agder fengsel, avdeling Froland (0931){told}" in page
        assert "Hemmeligsen" not in page
    situations.an_account(at=Unit.objects.get(number="0931"))
    for user, name in ((keeper, "desk:units"), (leader, "desk:without_messages")):
        client.force_login(user)
        assert "Enheter der ingen arbeider" not in client.get(reverse(name)).content.decode()


def test_many_units_are_shown_with_as_many_queries_as_one(client, oslo, keeper, django_assert_max_num_queries):
    for serial in range(12):
        receive(samples.arrival(situations.a_number(), place=(f"08{serial:02d}", f"Enhet {serial}")))
    client.force_login(keeper)
    client.get(reverse("desk:units"))
    with django_assert_max_num_queries(13):
        client.get(reverse("desk:units"))
