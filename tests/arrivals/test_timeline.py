"""The state follows from the set of messages: any order, any repetition, and the database agrees."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brik.arrivals import actions
from brik.arrivals.models import ArrivalAnswer, Message
from brik.arrivals.stored_content import from_row
from brik.arrivals.timeline.standings import VERSIONS, Fate, ParkedReason
from brik.arrivals.timeline.timeline import timeline
from brik.arrivals.xml.messages import MADE_HERE, SERVICE, CustodyPlace, MessageContent, MessageType, parse
from brik.arrivals.xml.xml_times import parse_moment
from brik.audit.actors import Process
from brik.pages.refusal import Refused
from brik.people.identifiers.numbers import NumberKind
from brik.people.models import Person
from brik.staff.models import Post, Role, Unit
from brik.vault import keys
from tests import situations
from tests.arrivals import samples
from tests.arrivals.rules import Rules, whereabouts
from tests.arrivals.states import as_told, contents, from_database
from tests.examples import tries

pytestmark = [pytest.mark.django_db]
BY = Process("intake")
NUMBERS = [
    situations.a_number(),
    situations.a_number(),
    situations.a_number(NumberKind.D_NUMBER),
    situations.a_number(NumberKind.SSP),
    situations.a_number(NumberKind.DUF),
    situations.a_number(NumberKind.DUF),
]
PLACES = [samples.OSLO, samples.AGDER]
SENDERS = [SERVICE, SERVICE, "POLITIET", "FENGSEL"]
# After every test has run, and in every form that a date is written in.
AHEAD = "2150-01-01T10:00"
DAYS = [
    "2026-03-01T10:00",
    "2026-03-02T10:00+01:00",
    "2026-03-02T09:00Z",
    "2026-04-01",
    "2026-05-01T10:00:00.5",
    "2026-06-01",
]
# At each of which something has come and something has not, and one when all has.
MOMENTS = [parse_moment(text) for text in ("2026-03-02T09:30Z", "2026-04-15", "2026-11-30", "2160-01-01")]
CATEGORIES = ["Ubetinget", "Varetekt", "Forvaring", "Foregrepet Soning", "Samfunnstraff", None]


@st.composite
def one_message(draw):
    """A message among few people, events, senders and times, so that everything meets everything.

    Some are told ahead, some have the id of another, some are deleted, also by who has not sent them.
    """
    raw, name = draw(_bytes_of_one())
    return raw, name, draw(st.sampled_from(SENDERS))


@st.composite
def _bytes_of_one(draw):
    kind = draw(st.sampled_from(["arrival", "dates", "transfer", "person", "execution", "release", "deletion"]))
    ids = st.sampled_from([f"m{serial}" for serial in range(9)])
    if kind == "deletion":
        return samples.deletion(draw(ids)), f"slett-{draw(st.integers(0, 2))}.xml"
    singles = draw(
        st.sampled_from([(0,), (1,), (2,), (3,), (4,), (0, 3), (2, 4), (0, 4), (1, 5), (3, 4, 5), (2, 3), (5,)])
    )
    meta = {
        "message_id": draw(ids),
        "event_id": draw(st.sampled_from([None, None, "h1", "h2"])),
        "at": draw(st.sampled_from(DAYS)),
        "changed": draw(st.sampled_from([None, None, *DAYS])),
        "name": (draw(st.sampled_from(["Prøve", "Test", None])), None, None),
        "category": draw(st.sampled_from(CATEGORIES)),
        "inside": draw(st.sampled_from(["true", "1", "false"])),
    }
    numbers = [NUMBERS[place] for place in singles]
    place = draw(st.sampled_from([samples.OSLO, samples.AGDER]))
    when = draw(st.sampled_from([*DAYS, AHEAD]))
    raw = {
        "arrival": lambda: samples.arrival(*numbers, arrived=when, place=place, **meta),
        "dates": lambda: samples.new_dates(*numbers, **meta),
        "transfer": lambda: samples.transfer(*numbers, arrived=when, to=place, **meta),
        "person": lambda: samples.person_information(*numbers, **meta),
        "execution": lambda: samples.execution(*numbers, at_time=when, place=place, status="Gjenopptatt", **meta),
        "release": lambda: samples.release(*numbers, released=when, **meta),
    }[kind]()
    return raw, None


def in_other_bytes(sent):
    """The same said anew: printed with line breaks, under another prefix, with its own moments written otherwise."""
    raw, name, sender = sent
    printed = raw.replace(b"><", b">\r\n\t<").replace(b"<?xml", b"\n<?xml")
    printed = printed.replace(b"<t:", b"<ns1:").replace(b"</t:", b"</ns1:").replace(b"xmlns:t=", b"xmlns:ns1=")
    return printed.replace(b"2026-03-02T09:00Z<", b"2026-03-02T10:00:00.000+0100<"), name, sender


@st.composite
def as_resent(draw, sent):
    """Some of what was sent, again: in other bytes, or by another sender as well, and some of it deleted by either."""
    again = []
    for raw, name, sender in draw(st.lists(st.sampled_from(sent), max_size=4)) if sent else []:
        by = draw(st.sampled_from([sender, *SENDERS]))
        again.append(draw(st.sampled_from([(raw, name, by), in_other_bytes((raw, name, by))])))
        said = parse(raw, message_id=name).message_id
        deletions = [(samples.deletion(said), f"slett-{who}", who) for who in {sender: None, by: None}]
        again += draw(st.lists(st.sampled_from(deletions), max_size=2, unique=True))
    return again


@st.composite
def one_by_hand(draw):
    """A registration, or one more number of somebody, as the staff write it."""
    serial, day = draw(st.integers(0, 3)), draw(st.integers(1, 28))
    more = draw(st.booleans())
    return MessageContent(
        type=MessageType.NUMBER_BY_HAND if more else MessageType.BY_HAND,
        message_id=f"brik-{serial}",
        event_id="" if more else f"brik-{serial}",
        created_at=datetime(2026, 3, day, tzinfo=UTC),
        numbers=frozenset(draw(st.lists(st.sampled_from(NUMBERS), min_size=2 * more, max_size=2, unique=True))),
        name=None if more else ("Prøve", "", "Testesen"),
        category="" if more else "Ubetinget",
        place=None if more else CustodyPlace(*samples.OSLO),
        happened_at=None if more else datetime(2026, 3, day, tzinfo=UTC),
        digest="brik",
    )


@given(sent=st.lists(one_message(), max_size=10), written=st.lists(one_by_hand(), max_size=3), data=st.data())
@settings(max_examples=tries(300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_order_with_any_repetition_gives_the_same_state(sent, written, data):
    sent = [*sent, *data.draw(as_resent(sent))]
    told = contents(sent) + list({message.message_id: message for message in written}.values())
    assert contents([*sent, *map(in_other_bytes, sent)]) == contents(sent)
    again = data.draw(st.permutations(told + data.draw(st.lists(st.sampled_from(told), max_size=4)) if told else []))
    first, second = timeline(told), timeline(again)
    assert first == second
    questions = [(key[0], standing.question) for key, standing in first.standings.items() if standing.question]
    answers = {question: data.draw(st.booleans()) for question in questions}
    assert timeline(told, answers) == timeline(again, dict(reversed(answers.items())))


@given(sent=st.lists(one_message(), min_size=1, max_size=7), data=st.data())
@settings(
    max_examples=tries(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_the_database_says_what_the_messages_say_whatever_came_first(sent, data, transactional_savepoint):
    with transactional_savepoint(), keys.ring():
        # Of both units the messages tell of; about what is nobody's there is nobody to ask.
        oslo, agder = (Unit.objects.get_or_create(number=place[0], defaults={"name": place[1]})[0] for place in PLACES)
        leader = situations.an_account(Role.LEADER, at=oslo)
        mapper = situations.an_account(at=oslo)
        Post.objects.create(staff=leader, role="leder", unit=agder, since="2026-01-01")
        resent = data.draw(as_resent(sent))
        came = data.draw(st.permutations(sent + resent))
        for raw, name, sender in came:
            actions.receive_message(raw, message_id=name, sender=sender, by=BY)
            if data.draw(st.booleans()):
                write_by_hand(data, by=mapper, at=oslo)
            # As they came: the primary keys are drawn anew each time, and the same example must ask the same.
            asked = list(Message.objects.exclude(question="").order_by("received_at"))
            if asked and data.draw(st.booleans()):
                with suppress(PermissionDenied):
                    actions.resolve(data.draw(st.sampled_from(asked)), same=data.draw(st.booleans()), by=leader)
        answers = {
            (answer.message.message_id, answer.question): answer.same
            for answer in ArrivalAnswer.objects.select_related("message").order_by("pk")
        }
        written = [from_row(row) for row in Message.objects.filter(type__in=MADE_HERE)]
        assert from_database() == as_told(timeline(contents(came) + written, answers, at=timezone.now()))


# What the rules say of a message, in the program's words. What counts may wait for a leader for other reasons.
FATES: dict[str, set[tuple[Fate, ParkedReason | None]]] = {
    "deleted": {(Fate.DELETED, None)},
    "replaced": {(Fate.REPLACED, None)},
    "another says the same": {(Fate.COPY, None)},
    "its message has not come": {(Fate.UNMATCHED, None)},
    "its message is another's": {(Fate.SET_ASIDE, ParkedReason.OTHER_SENDER)},
    "another with its id is in use": {(fate, ParkedReason.SAME_ID) for fate in (Fate.PARKED, Fate.SET_ASIDE)},
}


@given(sent=st.lists(one_message(), max_size=12), data=st.data())
@settings(max_examples=tries(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_counts_is_what_the_rules_say(sent, data):
    told = contents(data.draw(st.permutations([*sent, *data.draw(as_resent(sent))])))
    answers: dict[tuple[str, str], bool] = {}
    # A leader answers some questions as they come up, and some again.
    for number in range(1, len(told) + 1):
        asked_now = {
            (key[0], standing.question): None
            for key, standing in timeline(told[:number], answers).standings.items()
            if standing.question.startswith(VERSIONS)
        }
        if asked_now and data.draw(st.booleans()):
            answers[data.draw(st.sampled_from(sorted(asked_now)))] = data.draw(st.booleans())
    rules = Rules(told, answers)
    state = timeline(data.draw(st.permutations(told)), answers, at=data.draw(st.sampled_from(MOMENTS)))
    for message in told:
        standing, expected = state.standings[message.key], rules.fate(message)
        found = (standing.fate, standing.why)
        if expected == "counts":
            assert not any(found in pairs for pairs in FATES.values()), (message, found)
        else:
            assert found in FATES[expected], (message, expected, found)


@st.composite
def one_move(draw):
    """An arrival, a transfer, a release or a deletion, by one of two senders, of one of two people."""
    ids = st.sampled_from([f"m{serial}" for serial in range(7)])
    sender = draw(st.sampled_from(SENDERS))
    kind = draw(st.sampled_from(["arrival", "transfer", "release", "release", "deletion"]))
    if kind == "deletion":
        return samples.deletion(draw(ids)), draw(st.sampled_from(["s1", "s2"])), sender
    when = draw(st.sampled_from([*DAYS, AHEAD]))
    place = draw(st.sampled_from(PLACES))
    meta = {
        "message_id": draw(ids),
        "event_id": draw(st.sampled_from([None, None, None, "h1"])),
        "at": draw(st.sampled_from(DAYS)),
        "changed": draw(st.sampled_from([None, None, *DAYS])),
    }
    number = draw(st.sampled_from(NUMBERS[:2]))
    raw = {
        "arrival": lambda: samples.arrival(number, arrived=when, place=place, **meta),
        "transfer": lambda: samples.transfer(number, arrived=when, to=place, **meta),
        "release": lambda: samples.release(number, released=when, place=place, **meta),
    }[kind]()
    return raw, None, sender


@given(sent=st.lists(one_move(), max_size=9), data=st.data())
@settings(max_examples=tries(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_everybody_is_where_the_rules_say(sent, data):
    told, at = contents([*sent, *data.draw(as_resent(sent))]), data.draw(st.sampled_from(MOMENTS))
    rules, state = Rules(told, {}), timeline(told, at=at)
    found = {
        number: [
            (stay.arrived_at, stay.unit_number, bool(stay.released_at and stay.released_at <= at))
            for stay in person.stays
        ]
        for person in state.people
        for number in person.numbers
    }
    for number in NUMBERS[:2]:
        counting = [message for message in told if number in message.numbers and rules.fate(message) == "counts"]
        assert found.get(number, []) == whereabouts(counting, at)


def write_by_hand(data, *, by, at):
    """Register somebody with a number, or give one who is here another number."""
    number, people = data.draw(st.sampled_from(NUMBERS)), list(Person.objects.visible_to(by).order_by("created_at"))
    if people and data.draw(st.booleans()):
        with suppress(Refused):
            actions.add_number(data.draw(st.sampled_from(people)), number, by=by)
    else:
        told = {"name": ("Prøve", "", "Testesen"), "unit": at, "category": "Ubetinget"}
        actions.register(**told, numbers=[number], arrived_at=datetime(2026, 3, 4, tzinfo=UTC), by=by)


def test_a_number_by_hand_counts_for_nobody_until_a_leader_has_said_yes():
    number = situations.a_number()
    [arrival] = contents([(samples.arrival(number, message_id="a"), None)])
    by_hand = replace(arrival, type=MessageType.BY_HAND, message_id="brik-1", event_id="brik-1", digest="brik")
    for answer, people in ((None, 2), (False, 2), (True, 1)):
        state = timeline([arrival, by_hand], {} if answer is None else {("brik-1", "nummer"): answer})
        assert len(state.people) == people
        assert sum(number in person.numbers for person in state.people) == 1


def test_a_message_deleted_twice_takes_nothing_from_whom_others_tell_of():
    with keys.ring():
        for raw, name in [
            (samples.arrival(NUMBERS[0], message_id="a"), None),
            (samples.arrival(NUMBERS[0], NUMBERS[3], message_id="b"), None),
            (samples.deletion("a"), "slett-1.xml"),
            (samples.deletion("a"), "slett-2.xml"),
        ]:
            actions.receive_message(raw, message_id=name, by=BY)
        person = Person.objects.get()
        assert person.identifiers.count() == 2
        assert person.current_stay is not None


def two_versions():
    return contents(
        [
            (samples.arrival(NUMBERS[0], message_id="a", name=("Prøve", None, "En")), None),
            (samples.arrival(NUMBERS[0], message_id="a", name=("Prøve", None, "To"), place=samples.AGDER), None),
        ]
    )


def asked(state, *messages):
    return [(message.message_id, state.standings[message.key].question) for message in messages]


def fates(state, *messages):
    return [state.standings[message.key].fate for message in messages]


def test_of_two_messages_with_the_same_id_the_chosen_one_counts():
    told = two_versions()
    waiting = timeline(told)
    assert fates(waiting, *told) == [Fate.APPLIED, Fate.PARKED]
    first, second = asked(waiting, *told)
    chosen = timeline(told, {first: False, second: True})
    assert [person.name for person in chosen.people] == [("Prøve", "", "To")]
    assert fates(chosen, *told) == [Fate.SET_ASIDE, Fate.APPLIED]
    # A no leaves in use what is.
    refused = timeline(told, {second: False})
    assert refused.people == waiting.people
    assert fates(refused, *told) == [Fate.APPLIED, Fate.SET_ASIDE]


@pytest.mark.parametrize("given", [{}, {0: True}, {0: False}, {0: True, 1: True}])
def test_without_a_clear_choice_the_first_received_is_in_use(given):
    told = two_versions()
    questions = asked(timeline(told), *told)
    state = timeline(told, {questions[place]: answer for place, answer in given.items()})
    assert [person.name for person in state.people] == [("Prøve", "", "En")]


def test_a_third_version_of_a_message_asks_anew():
    told = two_versions()
    first, second = asked(timeline(told), *told)
    [third] = contents([(samples.arrival(NUMBERS[0], message_id="a", name=("Prøve", None, "Tre")), None)])
    told.append(replace(third, received_at=told[-1].received_at + timedelta(seconds=1)))
    later = timeline(told, {first: False, second: True})
    # The one a leader chose stays in use until a leader has answered about the third.
    assert fates(later, *told) == [Fate.SET_ASIDE, Fate.APPLIED, Fate.PARKED]
    assert [person.name for person in later.people] == [("Prøve", "", "To")]
    questions = asked(later, *told)
    assert len({*questions, first, second}) == 5
    chosen = timeline(told, {first: False, second: True, questions[2]: True, questions[0]: False, questions[1]: False})
    assert fates(chosen, *told) == [Fate.SET_ASIDE, Fate.SET_ASIDE, Fate.APPLIED]
    kept = timeline(told, {first: False, second: True, questions[2]: False})
    assert fates(kept, *told) == [Fate.SET_ASIDE, Fate.APPLIED, Fate.SET_ASIDE]


def test_a_deletion_takes_away_all_versions_whatever_was_chosen():
    told = two_versions()
    first, second = asked(timeline(told), *told)
    gone = timeline([*told, *contents([(samples.deletion("a"), "slett")])], {first: True, second: False})
    assert not gone.people


def test_whom_an_answer_has_joined_stay_joined_while_a_new_question_waits():
    one, other, third, duf, second_duf = (NUMBERS[place] for place in (0, 2, 3, 4, 5))
    told = contents(
        [
            (samples.arrival(one, message_id="a", at="2026-03-01"), None),
            (samples.arrival(other, duf, message_id="b", at="2026-03-02"), None),
            (samples.person_information(one, duf, second_duf, message_id="j", at="2026-03-04"), None),
        ]
    )
    answered = {("j", timeline(told).standings[told[2].key].question): True}
    assert len(timeline(told, answered).people) == 1
    more = contents([(samples.arrival(third, second_duf, message_id="c", at="2026-03-03"), None)])
    later = timeline(told + more, answered)
    # The new number is somebody else's: that was not asked, and no other is joined by it.
    standing = later.standings[told[2].key]
    assert standing.fate is Fate.PROVISIONAL
    assert {person.numbers for person in later.people} == {frozenset({one, other, duf}), frozenset({third, second_duf})}
    for answer, people in ((True, 1), (False, 2)):
        assert len(timeline(told + more, {**answered, ("j", standing.question): answer}).people) == people
    # A no in the place of the first answer separates them all.
    [(first, _)] = answered.items()
    assert len(timeline(told + more, {first: False}).people) == 3
