"""Two leaders answer the same question differently: neither overrules the other, and each is told."""

import pytest
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from brik.arrivals import actions, answers
from brik.arrivals.models import ArrivalAnswer, Message
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.pages.refusal import Refused
from brik.people.identifiers.numbers import NumberKind
from brik.people.models import Person
from brik.staff.models import Post, Role, Unit
from tests import situations
from tests.arrivals import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
PAGE = "/ankomster/"
BY = Process("intake")
NAME = ("Prøve", None, "Nyttnummer")
DISPUTED = "en annen leder har svart noe annet"


@pytest.fixture
def asked():
    """Somebody at Oslo, and a transfer to Agder with a new number that may be about them."""
    d_number, national = situations.numbers_of_one_birthday(NumberKind.D_NUMBER, NumberKind.NATIONAL_ID)
    actions.receive_message(samples.arrival(d_number, message_id="a1", name=NAME), by=BY)
    moved = samples.transfer(national, message_id="b1", event_id="h1", at="2026-04-01T12:30", name=NAME)
    actions.receive_message(moved, by=BY)
    return national


@pytest.fixture
def oslo(asked):
    return situations.an_account(Role.LEADER, at=Unit.objects.get(number="0501"))


@pytest.fixture
def agder(asked):
    return situations.an_account(Role.LEADER, at=Unit.objects.get(number="0931"))


def answer(leader, *, same, message_id="b1"):
    return actions.resolve(Message.objects.get(message_id=message_id), same=same, by=leader)


def people():
    """How many people there are: one when the leaders have joined them."""
    return Person.objects.exclude(current_stay=None).count()


def words(answer_):
    return " ".join(answer_.content.decode().split())


def page_of(client, leader):
    client.force_login(leader)
    return words(client.get(PAGE))


def test_a_yes_against_anothers_no_joins_nobody_until_that_leader_agrees(oslo, agder):
    answer(oslo, same=False)
    answer(agder, same=True)
    assert people() == 2
    answer(oslo, same=True)
    assert people() == 1


def test_a_no_against_anothers_yes_separates_nobody_until_that_leader_agrees(oslo, agder):
    answer(oslo, same=True)
    answer(agder, same=False)
    assert people() == 1
    answer(oslo, same=False)
    assert people() == 2


def test_who_differed_may_take_it_back(oslo, agder):
    answer(oslo, same=False)
    answer(agder, same=True)
    answer(agder, same=False)
    assert people() == 2
    assert not answers.waiting_for(oslo).exists()


def test_ones_own_answer_alone_may_be_changed(oslo):
    answer(oslo, same=False)
    answer(oslo, same=True)
    assert people() == 1
    answer(oslo, same=False)
    assert people() == 2


def test_of_three_all_must_agree(oslo, agder):
    third = situations.an_account(Role.LEADER, at=Unit.objects.get(number="0501"))
    for leader in (oslo, third):
        answer(leader, same=False)
    answer(agder, same=True)
    answer(oslo, same=True)
    assert people() == 2
    answer(third, same=True)
    assert people() == 1


def test_a_corrected_message_lets_nobody_overrule_either(asked, oslo, agder):
    answer(oslo, same=False)
    again = samples.transfer(asked, message_id="b2", event_id="h1", changed="2026-04-02T08:00", name=NAME)
    actions.receive_message(again, by=BY)
    answer(agder, same=True, message_id="b2")
    assert people() == 2
    assert [row.message_id for row in answers.waiting_for(oslo)] == ["b2"]
    answer(oslo, same=True, message_id="b2")
    assert people() == 1


def test_every_answer_stays_with_who_and_when(oslo, agder):
    answer(oslo, same=False)
    answer(agder, same=True)
    given = list(ArrivalAnswer.objects.values_list("by", "same", "counts"))
    assert given == [(oslo.pk, False, True), (agder.pk, True, False)]
    events = Event.objects.filter(verb=Verb.MESSAGE_RESOLVED).order_by("pk").values_list("actor", "reason")
    assert list(events) == [
        (oslo.actor_id, "another_person"),
        (agder.actor_id, "same_person"),
        (agder.actor_id, "against_another"),
    ]


@pytest.mark.parametrize("change", [lambda rows: QuerySet(rows.model).update(same=True), lambda rows: rows.delete()])
def test_an_answer_is_only_added_to(oslo, change):
    answer(oslo, same=False)
    with pytest.raises(DatabaseError), transaction.atomic():
        change(ArrivalAnswer.objects.all())


def test_both_leaders_are_told_and_neither_where_the_other_sits(client, oslo, agder):
    answer(oslo, same=False)
    answer(agder, same=True)
    ours, theirs = page_of(client, oslo), page_of(client, agder)
    for page, own in ((ours, "Du har svart nei"), (theirs, "Du har svart ja")):
        assert f"{own}, og {DISPUTED}." in page
        assert "Svaret var: to personer." in page
        assert page.index("Du har svart") < page.index("</main>")
        assert "Ja, samme person" in page
        assert "Nei, to personer" in page
    assert "Agder" not in ours
    assert "Oslo" not in theirs
    answer(oslo, same=True)
    assert DISPUTED not in page_of(client, oslo)


def test_a_third_leader_is_told_that_two_differ(client, oslo, agder):
    third = situations.an_account(Role.LEADER, at=Unit.objects.get(number="0501"))
    answer(oslo, same=False)
    answer(agder, same=True)
    assert "To ledere har svart ulikt." in page_of(client, third)
    elsewhere = situations.an_account(Role.LEADER, at=situations.a_unit("Bredtveit fengsel"))
    assert "Ingen meldinger venter" in page_of(client, elsewhere)


def test_the_answer_of_a_leader_who_has_left_the_post_binds_no_longer(oslo, agder):
    answer(oslo, same=False)
    answer(agder, same=True)
    Post.objects.filter(staff=oslo).change(until=timezone.localdate())
    assert people() == 2
    answer(agder, same=True)
    assert people() == 1


def test_a_leader_whose_account_is_closed_binds_nobody(oslo, agder):
    answer(oslo, same=False)
    oslo.is_active = False
    oslo.save()
    answer(agder, same=True)
    assert people() == 1


def test_the_same_answer_twice_is_one(oslo, agder):
    answer(oslo, same=False)
    answer(agder, same=True)
    for leader, same in ((oslo, False), (agder, True)):
        answer(leader, same=same)
    assert ArrivalAnswer.objects.count() == 2


def test_a_page_from_before_the_others_answer_changes_nothing(oslo, agder):
    before = Message.objects.get(message_id="b1")
    answer(oslo, same=False)
    with pytest.raises(Refused):
        actions.resolve(before, same=True, by=agder)
    assert ArrivalAnswer.objects.count() == 1


# --- Siblings: the other questions on the page -----------------------------------------------------------------------


def test_a_choice_between_two_messages_is_not_settled_by_the_last_click():
    number = situations.a_number()
    for category in ("Ubetinget", "Varetekt"):
        actions.receive_message(samples.arrival(number, message_id="v", category=category), by=BY)
    first, second = Message.objects.order_by("received_at")
    unit = Unit.objects.get(number="0501")
    one, other = (situations.an_account(Role.LEADER, at=unit) for _ in range(2))
    actions.resolve(second, same=True, by=one)
    actions.resolve(Message.objects.get(pk=first.pk), same=True, by=other)
    assert [Message.objects.get(pk=row.pk).fate for row in (first, second)] == ["LAGT_TIL_SIDE", "BRUKT"]
    actions.resolve(Message.objects.get(pk=first.pk), same=True, by=one)
    assert [Message.objects.get(pk=row.pk).fate for row in (first, second)] == ["BRUKT", "LAGT_TIL_SIDE"]


def test_numbers_of_two_people_are_not_joined_against_a_no():
    one, other, duf = (
        situations.a_number(),
        situations.a_number(NumberKind.D_NUMBER),
        situations.a_number(NumberKind.DUF),
    )
    actions.receive_message(samples.arrival(one), by=BY)
    actions.receive_message(samples.arrival(other, duf, place=samples.AGDER), by=BY)
    actions.receive_message(samples.person_information(one, duf, message_id="j", at="2026-03-03"), by=BY)
    here, there = (situations.an_account(Role.LEADER, at=Unit.objects.get(number=unit)) for unit in ("0501", "0931"))
    answer(here, same=False, message_id="j")
    answer(there, same=True, message_id="j")
    assert people() == 2
    answer(here, same=True, message_id="j")
    assert people() == 1


def test_two_leaders_of_the_unit_where_a_number_was_written_agree_too():
    person, other = situations.a_person(), situations.a_person(kind=NumberKind.D_NUMBER)
    [number] = other.identifiers.all()
    kind = NumberKind(number.kind)
    actions.add_number(person, type(situations.a_number())(kind, number.number.open()), by=situations.an_account())
    row = Message.objects.parked().get()
    one, two = (situations.an_account(Role.LEADER) for _ in range(2))
    actions.resolve(row, same=False, by=one)
    actions.resolve(Message.objects.get(pk=row.pk), same=True, by=two)
    assert people() == 2
    actions.resolve(Message.objects.get(pk=row.pk), same=True, by=one)
    assert people() == 1
