"""A message deletes and corrects what its own sender has sent, and nothing else; what deletes nothing for a day is told."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from io import StringIO
from itertools import permutations

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from brik.arrivals import actions
from brik.arrivals.models import Message
from brik.arrivals.timeline.outcomes import MessageStatus
from brik.arrivals.timeline.standings import Fate
from brik.arrivals.timeline.stay_effects import EffectKind
from brik.arrivals.timeline.timeline import timeline
from brik.arrivals.xml.messages import SERVICE
from brik.arrivals.xml.xml_times import parse_moment
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people.identifiers.numbers import NumberKind
from brik.people.models import Person, Stay
from brik.staff.models import Post, Role, Unit
from tests import situations
from tests.arrivals import samples
from tests.arrivals.states import contents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
BY = Process("intake")
OTHER = "POLITIET"
ONLY_ITS_OWN = "Bare den som har sendt en melding, kan slette den."


def receive(raw, message_id=None, *, sender=SERVICE):
    return actions.receive_message(raw, message_id=message_id, sender=sender, by=BY)


@pytest.fixture
def arrived():
    return receive(samples.arrival(situations.a_number(), message_id="a1")).person


def test_another_sender_deletes_nothing_and_is_told(arrived):
    outcome = receive(samples.deletion("a1"), "slett", sender=OTHER)
    assert (outcome.status, outcome.reason, outcome.effects) == (MessageStatus.REJECTED, ONLY_ITS_OWN, [])
    assert Stay.objects.get(person=arrived)
    assert Message.objects.get(message_id="a1").fate == Fate.APPLIED
    assert Event.objects.filter(verb=Verb.MESSAGE_REJECTED, reason="other_sender").count() == 1
    again = receive(samples.deletion("a1"), "slett", sender=OTHER)
    assert (again.status, again.reason) == (MessageStatus.REJECTED, ONLY_ITS_OWN)


def test_its_own_sender_deletes_whatever_the_other_has_tried(arrived):
    receive(samples.deletion("a1"), "slett", sender=OTHER)
    assert receive(samples.deletion("a1"), "slett").status is MessageStatus.ACCEPTED
    assert not Stay.objects.exists()
    assert Message.objects.get(message_id="a1").content is None


def test_a_deletion_that_came_first_waits_for_the_message_of_its_own_sender():
    early = receive(samples.deletion("a1"), "slett", sender=OTHER)
    assert (early.status, Message.objects.get().fate) == (MessageStatus.ACCEPTED, Fate.UNMATCHED)
    receive(samples.arrival(situations.a_number(), message_id="a1"))
    assert Stay.objects.count() == 1
    row = Message.objects.get(message_id="slett")
    assert (row.fate, row.why) == (Fate.SET_ASIDE, "ANNEN_AVSENDER")
    receive(samples.deletion("a1"), "slett")
    assert not Stay.objects.exists()


def test_of_two_messages_with_one_id_each_sender_deletes_its_own(arrived):
    receive(samples.arrival(situations.a_number(), message_id="a1", place=samples.AGDER), sender=OTHER)
    receive(samples.deletion("a1"), "slett", sender=OTHER)
    assert Stay.objects.get().person == arrived
    assert [row.fate for row in Message.objects.filter(message_id="a1").order_by("received_at")] == ["BRUKT", "SLETTET"]


def test_what_the_staff_have_written_no_message_deletes():
    unit = situations.a_unit()
    person = actions.register(
        name=("Prøve", "", "Testesen"),
        unit=unit,
        category="Ubetinget",
        arrived_at=timezone.now(),
        by=situations.an_account(at=unit),
    )
    by_hand = person.messages.get().message_id
    for sender in (SERVICE, OTHER, ""):
        assert receive(samples.deletion(by_hand), f"slett-{sender}", sender=sender).status is MessageStatus.REJECTED
    assert Person.objects.get(pk=person.pk).current_stay is not None


def test_no_sender_deletes_anothers_event_by_a_newer_message_of_its_own_about_it():
    number = situations.a_number()
    receive(samples.arrival(number, message_id="v1", event_id="h"))
    receive(samples.arrival(number, message_id="v2", event_id="h", changed="2026-03-05T08:00"), sender=OTHER)
    receive(samples.deletion("v2"), "slett", sender=OTHER)
    assert Stay.objects.count() == 1
    assert Message.objects.get(message_id="v1").fate == Fate.APPLIED
    receive(samples.deletion("v1"), "slett")
    assert not Stay.objects.exists()


def test_a_deletion_named_as_the_message_it_deletes_deletes_it(arrived):
    """Some systems put the id of the deleted message on the envelope too."""
    assert receive(samples.deletion("a1"), "a1").status is MessageStatus.ACCEPTED
    assert not Stay.objects.exists()
    arrived.refresh_from_db()
    assert arrived.current_stay is None


SPELLINGS = ["7B0C5F4E-1111-4222-8333-ABCDEF012345", "7b0c5f4e-1111-4222-8333-abcdef012345"]


@pytest.mark.parametrize("sent", SPELLINGS)
@pytest.mark.parametrize("named", [*SPELLINGS, *(f"{{{spelling}}}" for spelling in SPELLINGS)])
def test_a_deletion_finds_its_message_in_any_spelling_of_a_uuid(sent, named):
    receive(samples.arrival(situations.a_number(), message_id=sent))
    receive(samples.deletion(named), "slett")
    assert not Stay.objects.exists()


def test_in_any_order_only_the_own_senders_deletion_counts():
    number = situations.a_number()
    sent = [
        (samples.arrival(number, message_id="a", event_id="h"), None, SERVICE),
        (samples.release(number, message_id="b", at="2026-06-01"), None, OTHER),
        (samples.deletion("b"), "s", SERVICE),
        (samples.deletion("a"), "s", OTHER),
        (samples.deletion("a"), "t", "FENGSEL"),
    ]
    states = {timeline(contents(order)).people for order in permutations(sent)}
    [[person]] = states
    assert [stay.released_at is None for stay in person.stays] == [False]


# --- The same from two senders ----------------------------------------------------------------------------------------


def fates_of(message_id):
    """By sender."""
    return dict(Message.objects.filter(message_id=message_id).values_list("sender", "fate"))


@pytest.mark.parametrize(("who", "left"), [(SERVICE, OTHER), (OTHER, SERVICE)])
def test_what_two_senders_say_stands_while_one_of_them_says_it(who, left):
    raw = samples.arrival(situations.a_number(), message_id="a1", event_id="h")
    person = receive(raw).person
    stay = Stay.objects.values().get()
    outcome = receive(raw, sender=OTHER)
    assert (outcome.status, outcome.person, outcome.effects) == (MessageStatus.ACCEPTED, person, [])
    assert fates_of("a1") == {SERVICE: "BRUKT", OTHER: "SAGT_AV_ANNEN"}
    again = receive(raw, sender=OTHER)
    assert (again.status, again.person) == (MessageStatus.DUPLICATE, person)

    deleted = receive(samples.deletion("a1"), "slett", sender=who)
    assert (deleted.status, deleted.effects) == (MessageStatus.ACCEPTED, [])
    assert fates_of("a1") == {who: "SLETTET", left: "BRUKT"}
    assert Stay.objects.values().get() == stay
    assert Message.objects.get(message_id="a1", sender=who).content is None

    last = receive(samples.deletion("a1"), "slett", sender=left)
    assert [(effect.person, effect.kind) for effect in last.effects] == [(person, EffectKind.STAY_DELETED)]
    assert not Stay.objects.exists()
    assert {row.content for row in Message.objects.all()} == {None}


def test_what_one_has_deleted_another_can_still_say_and_the_person_has_the_same_record():
    raw = samples.arrival(situations.a_number(), message_id="a1")
    person = receive(raw).person
    receive(samples.deletion("a1"), "slett")
    assert receive(raw).status is MessageStatus.DUPLICATE
    assert not Stay.objects.exists()
    assert receive(raw, sender=OTHER).person == person
    assert Stay.objects.get().person == person


def test_two_senders_arrivals_from_one_moment_are_one_stay_that_goes_with_the_last_of_them():
    number = situations.a_number()
    person = receive(samples.arrival(number, message_id="a1", event_id="h1")).person
    receive(samples.arrival(number, message_id="p1", event_id="p"), sender=OTHER)
    row = Stay.objects.get().pk
    assert receive(samples.deletion("a1"), "slett").effects == []
    assert (Stay.objects.get().pk, Stay.objects.get().person) == (row, person)
    gone = receive(samples.deletion("p1"), "slett", sender=OTHER)
    assert [effect.kind for effect in gone.effects] == [EffectKind.STAY_DELETED]


def joining(one, duf):
    return samples.person_information(one, duf, message_id="j", at="2026-03-03")


@pytest.mark.parametrize("answer", [None, True, False])
def test_what_two_senders_say_and_a_leader_must_answer_is_asked_once_and_the_answer_holds(answer):
    one, other, duf = (
        situations.a_number(),
        situations.a_number(NumberKind.D_NUMBER),
        situations.a_number(NumberKind.DUF),
    )
    receive(samples.arrival(one))
    receive(samples.arrival(other, duf, at="2026-03-02"))
    assert receive(joining(one, duf)).waits
    same = receive(joining(one, duf), sender=OTHER)
    assert (same.status, same.waits) == (MessageStatus.PARKED, True)
    assert receive(joining(one, duf), sender=OTHER).waits
    row = Message.objects.exclude(question="").get()
    question, people = row.question, {None: 2, True: 1, False: 2}[answer]
    if answer is not None:
        actions.resolve(row, same=answer, by=situations.an_account(Role.LEADER))
    before = Message.objects.get(pk=row.pk)
    receive(samples.deletion("j"), "slett")
    row = Message.objects.exclude(question="").get()
    assert (row.sender, row.question, row.fate) == (OTHER, question, before.fate)
    assert Person.objects.exclude(current_stay=None).count() == people


def test_a_leader_chooses_what_two_senders_say_against_a_third_and_a_deletion_of_the_same_name():
    number = situations.a_number()
    oslo, agder = (samples.arrival(number, message_id="a1", place=place) for place in (samples.OSLO, samples.AGDER))
    receive(oslo)
    receive(agder, sender=OTHER)
    receive(agder, sender="FENGSEL")
    receive(samples.deletion("a2"), "a1", sender=OTHER)
    leader = situations.an_account(Role.LEADER, at=Unit.objects.get(number="0501"))
    Post.objects.create(staff=leader, role="leder", unit=Unit.objects.get(number="0931"), since="2026-01-01")
    actions.resolve(Message.objects.get(fate=Fate.PARKED), same=True, by=leader)
    assert Stay.objects.get().unit.number == "0931"
    receive(samples.deletion("a1"), "slett", sender=OTHER)
    assert Stay.objects.get().unit.number == "0931"
    assert Message.objects.get(message_id="a1", sender="FENGSEL").fate == Fate.APPLIED


def test_what_was_set_aside_for_another_senders_message_waits_again_when_that_is_deleted():
    number = situations.a_number()
    receive(samples.arrival(number, message_id="a1"))
    receive(samples.arrival(number, message_id="a1", name=("Prøve", None, "Annensen")), sender=OTHER)
    leader = situations.an_account(Role.LEADER)
    actions.resolve(Message.objects.get(sender=OTHER), same=True, by=leader)
    assert fates_of("a1") == {SERVICE: "LAGT_TIL_SIDE", OTHER: "BRUKT"}
    receive(samples.deletion("a1"), "slett", sender=OTHER)
    assert fates_of("a1") == {SERVICE: "PAA_VENT", OTHER: "SLETTET"}
    actions.resolve(Message.objects.get(message_id="a1", sender=SERVICE), same=True, by=leader)
    assert Stay.objects.count() == 1


# --- An event of another sender ---------------------------------------------------------------------------------------

OF_THE_EVENT = {
    "arrival": lambda number, **meta: samples.arrival(number, arrived="2026-03-20T10:00", **meta),
    "dates": samples.new_dates,
    "transfer": lambda number, **meta: samples.transfer(number, to=samples.OSLO, **meta),
    "person": samples.person_information,
    "execution": samples.execution,
    "release": lambda number, **meta: samples.release(number, released="2150-05-01T09:00", **meta),
}


@pytest.mark.parametrize("kind", OF_THE_EVENT)
@pytest.mark.parametrize("about", ["the same person", "another person"])
def test_no_kind_of_message_takes_away_what_another_sender_has_told_of_the_event(kind, about):
    number = situations.a_number()
    person = receive(samples.arrival(number, message_id="a1", event_id="h")).person
    stay = Stay.objects.get()
    concerned = number if about == "the same person" else situations.a_number()
    raw = OF_THE_EVENT[kind](
        concerned, message_id="p1", event_id="h", at="2026-03-21", name=("Prøve", None, "Annensen")
    )
    outcome = receive(raw, sender=OTHER)
    assert EffectKind.STAY_DELETED not in [effect.kind for effect in outcome.effects]
    assert fates_of("a1") == {SERVICE: "BRUKT"}
    assert Stay.objects.filter(person=person, arrived_at=stay.arrived_at, origin=stay.origin).exists()
    # Its own sender corrects it with any kind of message.
    receive(samples.arrival(number, message_id="a2", event_id="h", changed="2026-03-22"))
    assert fates_of("a1") == {SERVICE: "ERSTATTET"}
    assert Stay.objects.filter(person=person, arrived_at=stay.arrived_at).exists()
    # And what the other sender has told is left when the first has deleted all of its own.
    receive(samples.deletion("a2"), "slett")
    begins = kind in ("arrival", "transfer", "execution")
    assert [row.person == person for row in Stay.objects.all()] == [about == "the same person"] * begins


def test_what_the_staff_have_registered_no_message_replaces():
    unit = situations.a_unit()
    by = situations.an_account(at=unit)
    person = actions.register(
        name=("Prøve", "", "Testesen"), unit=unit, category="Ubetinget", arrived_at=timezone.now(), by=by
    )
    event = person.messages.get().event_id
    receive(samples.person_information(situations.a_number(), event_id=event, changed="2150-01-01"))
    assert Stay.objects.get().person == person


def test_nobody_gets_the_record_of_another_senders_person():
    receive(samples.arrival(situations.a_number(), message_id="a1", event_id="h"))
    receive(samples.deletion("a1"), "slett")
    [record] = Person.objects.all()
    about_another = samples.arrival(situations.a_number(), message_id="p1", event_id="h")
    assert receive(about_another, sender=OTHER).person != record


def test_whom_a_leader_chooses_from_another_senders_message_has_a_record_of_their_own():
    first = receive(samples.arrival(situations.a_number(), message_id="a1")).person
    receive(samples.arrival(situations.a_number(), message_id="a1"), sender=OTHER)
    leader = situations.an_account(Role.LEADER)
    second = actions.resolve(Message.objects.get(sender=OTHER), same=True, by=leader).person
    assert second not in (None, first)
    first.refresh_from_db()
    assert (first.merged_into, first.current_stay) == (None, None)
    assert actions.resolve(Message.objects.get(sender=SERVICE), same=True, by=leader).person == first


def test_a_yes_about_one_senders_event_joins_nobody_of_whom_another_tells_by_its_id():
    d_number, national = situations.numbers_of_one_birthday(NumberKind.D_NUMBER, NumberKind.NATIONAL_ID)
    stranger = situations.a_number()
    sent = [
        (samples.arrival(d_number, message_id="a1", event_id="h1"), None),
        (samples.arrival(national, message_id="b1", event_id="h2", at="2026-03-02"), None),
        (
            samples.arrival(stranger, message_id="p1", event_id="h2", at="2026-03-03", name=("A", None, "B")),
            None,
            OTHER,
        ),
    ]
    for told in map(contents, permutations(sent)):
        answers = {
            (key[0], standing.question): True for key, standing in timeline(told).standings.items() if standing.question
        }
        assert len(answers) == 1
        people = {person.numbers for person in timeline(told, answers).people}
        assert people == {frozenset({d_number, national}), frozenset({stranger})}


def test_two_stays_that_two_senders_tell_of_one_event_are_two():
    number = situations.a_number()
    raw = samples.arrival(number, message_id="a1", event_id="h")
    receive(raw)
    receive(raw, sender=OTHER)
    receive(samples.arrival(number, message_id="a2", event_id="h", at="2026-03-02", arrived="2026-03-05T10:00"))
    assert Stay.objects.count() == 2
    assert receive(samples.deletion("a1"), "slett", sender=OTHER).effects == []
    assert Stay.objects.get().arrived_at == parse_moment("2026-03-05T10:00")
    assert Person.objects.get().current_stay == Stay.objects.get()


# --- Told -------------------------------------------------------------------------------------------------------------


def late(*rows):
    Message.objects.filter(pk__in=[row.pk for row in rows]).change(received_at=timezone.now() - timedelta(hours=25))


def queue_status():
    out = StringIO()
    with suppress(CommandError):
        call_command("queue_status", stdout=out)
    return out.getvalue()


@pytest.fixture
def deletions(arrived):
    receive(samples.deletion("finnes-ikke"), "uten")
    receive(samples.deletion("a1"), "fremmed", sender=OTHER)
    receive(samples.deletion("kommer-snart"), "fersk")
    receive(samples.arrival(situations.a_number(), message_id="b1"))
    receive(samples.deletion("b1"), "virker")
    late(*Message.objects.exclude(message_id="fersk"))


def test_what_has_deleted_nothing_for_a_day_is_on_the_keepers_list(client, deletions):
    client.force_login(situations.an_account(Role.SYSTEM))
    page = client.get("/slettinger/").content.decode()
    assert "finnes-ikke" in page
    assert OTHER in page
    assert ONLY_ITS_OWN in page
    assert "kommer-snart" not in page
    assert ">b1<" not in page
    assert "deletions without effect: 2" in queue_status()


def test_a_deletion_that_finds_its_message_leaves_the_list(client, deletions):
    receive(samples.arrival(situations.a_number(), message_id="finnes-ikke"))
    client.force_login(situations.an_account(Role.SYSTEM))
    assert "finnes-ikke" not in client.get("/slettinger/").content.decode()
    assert "deletions without effect: 1" in queue_status()


@pytest.mark.parametrize("role", [Role.LEADER, Role.MAPPER, Role.PRIVACY])
def test_the_list_is_for_those_who_keep_the_senders_keys(client, deletions, role):
    user = situations.an_account(role)
    client.force_login(user)
    assert client.get("/slettinger/").status_code == 403
    assert not Message.objects.deleting_nothing_for(user).exists()
