"""Somebody gets a new number: a leader is asked whether it is the person known, and until then nothing changes."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from itertools import combinations

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brik.arrivals import actions
from brik.arrivals.models import ArrivalAnswer, Message, MessageNumber
from brik.arrivals.received_messages import NAME_AND_DAY
from brik.arrivals.timeline.outcomes import MessageStatus
from brik.arrivals.timeline.standings import IN_USE, Fate, ParkedReason
from brik.arrivals.timeline.stay_effects import EffectKind
from brik.arrivals.timeline.timeline import timeline
from brik.arrivals.xml.messages import MessageContent
from brik.audit.actors import Process
from brik.mapping.models import Section
from brik.people.identifiers.numbers import NumberKind
from brik.people.models import Identifier, Person, Stay
from brik.staff.models import Post, Role, Unit
from brik.vault import keys
from brik.vault.models import INTERVIEW, Key
from brik.vault.sealing import SealBroken, Shredded
from tests import situations
from tests.arrivals import samples
from tests.arrivals.states import as_told, contents, from_database
from tests.examples import tries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
BY = Process("intake")
BORN = date(1980, 4, 5)
NAME = ("Prøve", None, "Nyttnummer")


def receive(raw, message_id=None):
    return actions.receive_message(raw, message_id=message_id, by=BY)


def leader_at(number):
    """The leader of the unit: the same account each time."""
    post = Post.objects.filter(role=Role.LEADER, unit__number=number).first()
    return post.staff if post else situations.an_account(Role.LEADER, at=Unit.objects.get(number=number))


def answer(message_id, *, same, at="0501"):
    return actions.resolve(Message.objects.get(message_id=message_id), same=same, by=leader_at(at))


@pytest.fixture
def known():
    """Somebody who arrived with a D-number, and the national id that they have been given since."""
    d_number, national = situations.numbers_of_one_birthday(NumberKind.D_NUMBER, NumberKind.NATIONAL_ID)
    return receive(samples.arrival(d_number, message_id="a1", name=NAME)).person, national


def moved(national, **more):
    return samples.transfer(national, **{"message_id": "b1", "at": "2026-04-01T12:30", "name": NAME, **more})


def test_a_transfer_with_a_new_number_waits_and_moves_nobody(known):
    person, national = known
    before = Stay.objects.values().get()
    outcome = receive(moved(national))
    assert (outcome.status, outcome.waits, outcome.effects) == (MessageStatus.PARKED, True, [])
    assert Person.objects.get() == person
    assert Stay.objects.values().get() == before
    row = Message.objects.get(message_id="b1")
    assert (row.why, row.namesake) == ("NAVNELIK", person)


@pytest.mark.parametrize(
    ("kind", "other"),
    [
        (NumberKind.D_NUMBER, NumberKind.NATIONAL_ID),
        (NumberKind.NATIONAL_ID, NumberKind.NATIONAL_ID),
        (NumberKind.SSP, NumberKind.NATIONAL_ID),
        (NumberKind.D_NUMBER, NumberKind.NATIONAL_ID_2032),
        (NumberKind.NATIONAL_ID, NumberKind.D_NUMBER),
    ],
)
@pytest.mark.parametrize(
    "name", [NAME, ("NYTTNUMMER", None, "prøve"), ("Prøve", None, "Nytt\u00adnummer"), ("Proeve", None, "Nyttnummer")]
)
def test_whatever_the_kinds_of_number_and_the_spelling_of_the_name_it_is_asked(kind, other, name):
    number, new = situations.numbers_of_one_birthday(kind, other)
    receive(samples.arrival(number, message_id="a1", name=NAME))
    assert receive(samples.release(new, message_id="b1", at="2026-05-01T09:30", name=name)).waits
    assert not Stay.objects.get().is_over
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "born"), [(("Prøve", None, "Annen"), BORN), (NAME, date(1980, 4, 6)), ((None, None, None), BORN)]
)
def test_another_name_or_day_of_birth_is_another_person(known, name, born):
    outcome = receive(samples.arrival(situations.a_number(born=born), message_id="b1", at="2026-03-02", name=name))
    assert not outcome.waits
    assert Person.objects.count() == 2


def test_yes_joins_the_numbers_and_the_transfer_takes_effect(known):
    person, national = known
    receive(moved(national))
    outcome = answer("b1", same=True)
    assert [effect.kind for effect in outcome.effects] == [EffectKind.TRANSFERRED]
    person.refresh_from_db()
    assert (person.current_stay.unit.number, person.identifiers.count()) == ("0931", 2)
    assert Person.objects.get() == person
    assert [row.fate for row in Message.objects.order_by("received_at")] == ["BRUKT", "BRUKT"]
    # What comes with either number is about this person, and nobody is asked again.
    assert receive(samples.release(national, message_id="b2", at="2026-05-01", name=NAME)).person == person
    person.refresh_from_db()
    assert person.current_stay.is_over


def test_no_keeps_two_people_and_what_comes_after_belongs_to_the_second(known):
    person, national = known
    receive(moved(national))
    second = answer("b1", same=False).person
    assert second != person
    assert second.current_stay.unit.number == "0931"
    assert person.identifiers.count() == second.identifiers.count() == 1
    assert receive(samples.release(national, message_id="b2", at="2026-05-01", name=NAME)).person == second
    person.refresh_from_db()
    assert not person.current_stay.is_over


def test_a_leader_changes_the_answer_and_everything_comes_back_whole(known):
    person, national = known
    receive(moved(national))
    second = answer("b1", same=False).person
    for _ in range(2):
        answer("b1", same=True)
        second.refresh_from_db()
        person.refresh_from_db()
        assert (second.merged_into, second.current_stay) == (person, None)
        assert answer("b1", same=False).person == second
        second.refresh_from_db()
        person.refresh_from_db()
        assert second.merged_into is None
        assert (person.current_stay.unit.number, second.current_stay.unit.number) == ("0501", "0931")


def test_joined_first_and_separated_later_the_second_keeps_one_record(known):
    person, national = known
    receive(moved(national))
    answer("b1", same=True)
    second = answer("b1", same=False).person
    assert receive(samples.new_dates(national, message_id="b2", at="2026-04-05", name=NAME)).person == second
    assert Person.objects.count() == 2
    assert person != second


def test_several_messages_with_the_new_number_are_one_question(known):
    person, national = known
    receive(moved(national))
    receive(samples.new_dates(national, message_id="b2", at="2026-04-05", name=NAME))
    receive(samples.release(national, message_id="b3", at="2026-05-01", name=NAME))
    assert [row.message_id for row in Message.objects.exclude(question="")] == ["b1"]
    assert Message.objects.parked().count() == 3
    answer("b1", same=True)
    person.refresh_from_db()
    assert person.current_stay.is_over
    assert not Message.objects.parked().exists()


def test_the_first_that_came_stands_whatever_the_messages_say_of_their_time(known):
    person, national = known
    outcome = receive(samples.arrival(national, message_id="b1", at="2026-02-01", arrived="2026-02-01", name=NAME))
    assert (outcome.status, outcome.effects) == (MessageStatus.PARKED, [])
    person.refresh_from_db()
    assert person.current_stay.arrived_at.month == 3
    answer("b1", same=False)
    person.refresh_from_db()
    assert person.current_stay.arrived_at.month == 3
    assert person.identifiers.get().kind == NumberKind.D_NUMBER


def test_who_becomes_a_namesake_later_stands_while_it_is_asked(known):
    person, national = known
    second = receive(samples.arrival(national, message_id="b1", name=("Prove", None, "Nytnummer"))).person
    before = list(Stay.objects.values().order_by("pk"))
    outcome = receive(samples.person_information(national, message_id="b2", at="2026-03-05", name=NAME))
    assert (outcome.status, outcome.effects) == (MessageStatus.ACCEPTED, [])
    assert list(Stay.objects.values().order_by("pk")) == before
    [row] = Message.objects.exclude(question="")
    assert (row.fate, row.namesake) == ("FORELOEPIG", person)
    actions.resolve(row, same=True, by=leader_at("0501"))
    second.refresh_from_db()
    assert second.merged_into == person


def test_a_corrected_message_needs_no_second_answer(known):
    person, national = known
    receive(moved(national, event_id="h1"))
    answer("b1", same=False)
    receive(moved(national, event_id="h1", message_id="b2", changed="2026-04-02T08:00"))
    assert not Message.objects.parked().exists()
    assert Person.objects.exclude(current_stay=None).count() == 2
    answer("b2", same=True)
    assert Person.objects.exclude(current_stay=None).get() == person


def test_a_message_of_the_service_with_both_numbers_makes_them_one_person():
    d_number, national = situations.numbers_of_one_birthday(NumberKind.D_NUMBER, NumberKind.NATIONAL_ID)
    duf = situations.a_number(NumberKind.DUF)
    person = receive(samples.arrival(d_number, duf, message_id="a1", name=NAME)).person
    receive(moved(national))
    receive(samples.person_information(national, duf, message_id="a2", at="2026-04-03", name=NAME))
    # The two questions are the same: one answer settles both.
    answer("b1", same=True)
    person.refresh_from_db()
    assert (person.current_stay.unit.number, person.identifiers.count()) == ("0931", 3)
    assert not Message.objects.parked().exists()


def test_a_third_namesake_is_asked_about_one_after_the_other():
    kinds = (NumberKind.D_NUMBER, NumberKind.NATIONAL_ID, NumberKind.NATIONAL_ID)
    d_number, national, third = situations.numbers_of_one_birthday(*kinds)
    person = receive(samples.arrival(d_number, message_id="a1", name=NAME)).person
    receive(moved(national))
    second = answer("b1", same=False).person
    receive(samples.release(third, message_id="c1", at="2026-06-01", released="2026-06-01", name=NAME))
    assert Message.objects.get(message_id="c1").namesake == person
    answer("c1", same=False)
    row = Message.objects.get(message_id="c1")
    assert row.namesake == second
    assert not Stay.objects.filter(released_at__isnull=False).exists()
    answer("c1", same=True)
    second.refresh_from_db()
    assert second.current_stay.is_over


def test_nobody_finds_out_who_is_known_by_registering_a_name(known):
    person, national = known
    unit = situations.a_unit("Bredtveit fengsel")
    mapper = situations.an_account(at=unit)
    at = Stay.objects.get().arrived_at
    registered = actions.register(
        name=("Prøve", "", "Nyttnummer"),
        numbers=[national],
        unit=unit,
        category="Ubetinget",
        arrived_at=at,
        by=mapper,
    )
    row = Message.objects.get(type="Registrert")
    assert (row.why, row.question, row.namesake) == ("FOR_HAAND", "nummer", None)
    assert not row.numbers.filter(kind=NAME_AND_DAY).exists()
    actions.resolve(row, same=True, by=situations.an_account(Role.LEADER, at=unit))
    row.refresh_from_db()
    assert (row.fate, row.namesake) == ("UTEN_NUMMER", None)
    assert registered != person


def test_a_deleted_message_keeps_no_trace_of_name_and_day(known):
    receive(samples.deletion("a1"), message_id="slett")
    assert not MessageNumber.objects.exists()


def test_a_changed_hash_of_name_and_day_is_found(known):
    MessageNumber.objects.filter(kind=NAME_AND_DAY).update(lookup=b"x" * 32)
    with pytest.raises(SealBroken):
        receive(samples.deletion("a1"), message_id="slett")


def test_a_release_told_ahead_that_a_leader_has_let_through_still_takes_effect_when_it_comes():
    """A sibling: the answer about two people, too, leaves a message that is ahead of its time ahead."""
    one, duf, other = situations.a_number(), situations.a_number(NumberKind.DUF), situations.a_number()
    receive(samples.arrival(one, message_id="a1"))
    receive(samples.arrival(other, duf, message_id="a2", at="2026-03-02"))
    receive(samples.release(one, duf, message_id="a3", at="2026-03-03", released="2029-05-01"))
    answer("a3", same=True)
    assert Message.objects.get(message_id="a3").fate == Fate.AHEAD


# --- The rule, for any messages --------------------------------------------------------------------------------------

ALIKE = situations.numbers_of_one_birthday(NumberKind.D_NUMBER, NumberKind.NATIONAL_ID, NumberKind.SSP)
NAMES = [NAME, ("Prøve", None, "Annen")]
DAYS = ["2026-03-01T10:00", "2026-03-02T10:00", "2026-04-01", "2026-05-01T10:00"]


@st.composite
def about_a_namesake(draw):
    """A message about one of three numbers with one day of birth, or a deletion."""
    ids = st.sampled_from([f"m{serial}" for serial in range(8)])
    kind = draw(st.sampled_from([*["arrival", "transfer", "release", "person"] * 2, "deletion"]))
    if kind == "deletion":
        return samples.deletion(draw(ids)), f"slett-{draw(st.integers(0, 2))}"
    numbers = draw(st.sampled_from([*combinations(ALIKE, 1), (ALIKE[0], ALIKE[1])]))
    meta = {
        "message_id": draw(ids),
        "event_id": draw(st.sampled_from([None, None, "h1", "h2"])),
        "at": draw(st.sampled_from(DAYS)),
        "name": draw(st.sampled_from([NAME, *NAMES])),
        "category": draw(st.sampled_from(["Ubetinget", "Ubetinget", "Varetekt", None])),
    }
    when = draw(st.sampled_from(DAYS))
    raw = {
        "arrival": lambda: samples.arrival(*numbers, arrived=when, **meta),
        "transfer": lambda: samples.transfer(*numbers, arrived=when, **meta),
        "release": lambda: samples.release(*numbers, released=when, **meta),
        "person": lambda: samples.person_information(*numbers, **meta),
    }[kind]()
    return raw, None


@given(sent=st.lists(about_a_namesake(), max_size=9), data=st.data())
@settings(max_examples=tries(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_changed_numbers_give_one_state_in_any_order(sent, data):
    told = contents(sent)
    again = data.draw(st.permutations(told + data.draw(st.lists(st.sampled_from(told), max_size=3)) if told else []))
    answers: dict[tuple[str, str], bool] = {}
    for _ in range(3):
        first = timeline(told, answers)
        assert first == timeline(again, dict(reversed(answers.items())))
        for (message_id, *_), standing in first.standings.items():
            if standing.question and (message_id, standing.question) not in answers:
                answers[message_id, standing.question] = data.draw(st.booleans())


@given(sent=st.lists(about_a_namesake(), min_size=1, max_size=8))
@settings(max_examples=tries(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_unanswered_question_never_takes_anybody_away(sent):
    """One message after the other, each of one number and an event of its own: who is in use stays in use."""
    first_of_each: dict[str, MessageContent] = {}
    for message in contents(sent):
        first_of_each.setdefault(message.message_id, message)
    told = [message for message in first_of_each.values() if not message.event_id and len(message.numbers) == 1]
    for count in range(1, len(told) + 1):
        before, after = timeline(told[: count - 1]), timeline(told[:count])
        for key, standing in before.standings.items():
            if standing.fate in IN_USE:
                assert after.standings[key].fate in IN_USE or after.standings[key].why != ParkedReason.NAMESAKE


@given(sent=st.lists(about_a_namesake(), min_size=1, max_size=6), data=st.data())
@settings(
    max_examples=tries(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_the_database_says_the_same_of_changed_numbers(sent, data, transactional_savepoint):
    with transactional_savepoint(), keys.ring():
        oslo, agder = (
            Unit.objects.get_or_create(number=place[0], defaults={"name": place[1]})[0]
            for place in (samples.OSLO, samples.AGDER)
        )
        leader = situations.an_account(Role.LEADER, at=oslo)
        Post.objects.create(staff=leader, role="leder", unit=agder, since="2026-01-01")
        for raw, name in sent:
            receive(raw, name)
            asked = list(Message.objects.exclude(question="").order_by("received_at"))
            if asked and data.draw(st.booleans()):
                # One of the same id may be about nobody yet, and then no leader of a unit may choose.
                with suppress(PermissionDenied):
                    actions.resolve(data.draw(st.sampled_from(asked)), same=data.draw(st.booleans()), by=leader)
        answers = {
            (given.message.message_id, given.question): given.same
            for given in ArrivalAnswer.objects.select_related("message").order_by("pk")
        }
        assert from_database() == as_told(timeline(contents(sent), answers))
        assert not Identifier.objects.filter(person__messages=None).exists()


def test_what_was_kept_of_each_record_opens_after_they_are_joined_and_separated_and_ends_on_its_own(known):
    person, national = known
    receive(moved(national))
    second = answer("b1", same=False).person
    mappings = []
    for record in (Person.objects.get(pk=person.pk), second):
        mapper = situations.an_account(at=record.current_stay.unit)
        mappings.append(situations.a_signed_off_interview(mapper, record))
    for same in (True, False, True):
        answer("b1", same=same, at="0931")
        with keys.ring():
            for mapping in mappings:
                assert [row.answers.open() for row in Section.objects.filter(mapping=mapping)]
                assert [row.answers.open() for row in Section.history.filter(mapping=mapping)]
            assert all(row.content.open() for row in Message.objects.all())
            assert all(row.number.open() for row in Identifier.objects.all())
    situations.destroy_keys(Key.objects.filter(keeping=INTERVIEW, person=second.pk))
    with keys.ring():
        with pytest.raises(Shredded):
            Section.objects.get(mapping=mappings[1]).answers.open()
        assert Section.objects.get(mapping=mappings[0]).answers.open()
        answer("b1", same=False, at="0931")
        assert Person.objects.get(pk=second.pk).name
