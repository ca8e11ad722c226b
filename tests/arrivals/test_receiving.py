"""One message after the other, through the real intake into a real database."""

import pytest

from brik.arrivals import actions
from brik.arrivals.models import Message
from brik.arrivals.timeline.outcomes import MessageStatus
from brik.arrivals.timeline.stay_effects import EffectKind
from brik.arrivals.xml.xml_times import parse_moment
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people.identifiers.numbers import NumberKind
from brik.people.models import Identifier, LegalStatus, Person, Stay
from brik.staff.models import Post, Role, Unit
from tests import situations
from tests.arrivals import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
BY = Process("intake")


def receive(raw, message_id=None):
    return actions.receive_message(raw, message_id=message_id, by=BY)


def kinds(outcome):
    return [effect.kind for effect in outcome.effects]


def test_an_arrival_makes_a_person_a_unit_and_a_stay():
    number = situations.a_number()
    outcome = receive(samples.arrival(number, message_id="a1"))
    assert (outcome.status, outcome.message_id, outcome.effects) == (MessageStatus.ACCEPTED, "a1", [])
    person = Person.objects.get()
    assert person == outcome.person
    assert person.name == "Prøve Testesen"
    stay = person.current_stay
    assert (stay.unit.number, stay.unit.name, stay.legal_status) == ("0501", "Oslo fengsel", LegalStatus.CONVICTED)
    assert stay.end_date.isoformat() == "2027-03-01"
    assert [row.number.open() for row in person.identifiers.all()] == [number.value]


def test_the_same_bytes_again_are_a_duplicate_and_change_nothing():
    raw = samples.arrival(situations.a_number(), message_id="a1")
    first = receive(raw)
    outcome = receive(raw)
    assert (outcome.status, outcome.message_id, outcome.person) == (MessageStatus.DUPLICATE, "a1", first.person)
    assert Message.objects.count() == 1


def test_the_same_said_in_other_bytes_is_a_duplicate():
    raw = samples.arrival(situations.a_number(), message_id="a1")
    first = receive(raw)
    printed_anew = raw.replace(b"><", b">\n  <").replace(b"<?xml", b"\n<?xml")
    outcome = receive(printed_anew)
    assert (outcome.status, outcome.person, outcome.effects) == (MessageStatus.DUPLICATE, first.person, [])
    other_spelling = raw.replace(b"2026-03-01T10:00:00", b"2026-03-01T09:00:00Z")
    assert receive(other_spelling).status is MessageStatus.DUPLICATE
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "again",
    [
        lambda number: samples.arrival(number, message_id="a1", place=samples.AGDER),
        lambda number: samples.arrival(situations.a_number(), message_id="a1"),
        lambda number: samples.release(number, message_id="a1"),
        lambda number: samples.execution(number, message_id="a1", status="Stanset", category="Varetekt"),
    ],
)
def test_another_message_with_the_same_id_waits_alone_and_ends_nothing(again):
    number = situations.a_number()
    person = receive(samples.arrival(number, message_id="a1")).person
    before = Stay.objects.values().get()
    outcome = receive(again(number))
    assert (outcome.status, outcome.effects) == (MessageStatus.PARKED, [])
    assert [row.why for row in Message.objects.order_by("received_at")] == ["", "SAMME_ID"]
    assert Stay.objects.values().get() == before
    assert Person.objects.get() == person


def test_of_two_deletions_with_one_id_the_second_deletes_nothing():
    number, other = situations.a_number(), situations.a_number()
    receive(samples.arrival(number, message_id="a1"))
    receive(samples.arrival(other, message_id="a2"))
    receive(samples.deletion("a1"), message_id="slett.xml")
    outcome = receive(samples.deletion("a2"), message_id="slett.xml")
    assert (outcome.status, outcome.effects) == (MessageStatus.PARKED, [])
    assert Stay.objects.count() == 1


def test_a_corrected_arrival_is_about_the_same_person():
    number = situations.a_number()
    first = receive(samples.arrival(number, message_id="a1", event_id="h1", at="2026-03-01"))
    outcome = receive(samples.arrival(number, message_id="a2", event_id="h1", at="2026-03-02", place=samples.AGDER))
    assert (outcome.person, kinds(outcome)) == (first.person, [EffectKind.TRANSFERRED])
    assert Person.objects.count() == 1


def test_a_leader_chooses_one_of_two_messages_with_the_same_id_and_may_choose_again():
    number = situations.a_number()
    person = receive(samples.arrival(number, message_id="a1")).person
    receive(samples.arrival(number, message_id="a1", place=samples.AGDER))
    leader = situations.an_account(Role.LEADER, at=Unit.objects.get(number="0501"))
    Post.objects.create(staff=leader, role="leder", unit=Unit.objects.get(number="0931"), since="2026-01-01")
    oslo, agder = Message.objects.order_by("received_at")
    assert (oslo.fate, agder.fate) == ("BRUKT", "PAA_VENT")
    for row, unit in ((agder, "0931"), (oslo, "0501"), (agder, "0931")):
        row.refresh_from_db()
        actions.resolve(row, same=True, by=leader)
        person.refresh_from_db()
        assert person.current_stay.unit.number == unit
        assert sorted(Message.objects.values_list("fate", flat=True)) == ["BRUKT", "LAGT_TIL_SIDE"]
    agder.refresh_from_db()
    actions.resolve(agder, same=False, by=leader)
    oslo.refresh_from_db()
    agder.refresh_from_db()
    assert (oslo.fate, agder.fate) == ("BRUKT", "LAGT_TIL_SIDE")
    assert Stay.objects.get().unit.number == "0501"
    assert Event.objects.filter(verb=Verb.MESSAGE_RESOLVED).count() == 4


def test_an_arrival_without_a_number_waits_with_its_reason_until_its_sender_corrects_it(client):
    number = situations.a_number()
    raw = samples.arrival(number, message_id="a1", event_id="h").replace(number.value.encode(), b"01018000000")
    outcome = receive(raw)
    assert (outcome.status, outcome.waits, outcome.left_out) == (MessageStatus.PARKED, True, ("Fnr",))
    assert Message.objects.get().why == "UTEN_NUMMER"
    assert not Person.objects.exists()
    leader = situations.an_account(Role.LEADER, at=Unit.objects.get(number="0501"))
    client.force_login(leader)
    page = client.get("/ankomster/").content.decode()
    assert "Prøve Testesen" in page
    assert "ikke noe nummer" in page
    client.force_login(situations.an_account(Role.LEADER, at=situations.a_unit("Bredtveit fengsel")))
    assert "Testesen" not in client.get("/ankomster/").content.decode()
    receive(samples.arrival(number, message_id="a2", event_id="h", changed="2026-03-02"))
    assert Stay.objects.get().unit.number == "0501"
    assert not Message.objects.parked().exists()


def test_an_arrival_whose_day_cannot_be_read_counts_from_when_it_was_entered():
    outcome = receive(
        samples.arrival(situations.a_number(), arrived="x", at="2026-03-04T10:00Z", days=samples.dates(StartDato="x"))
    )
    assert (outcome.status, outcome.left_out) == (MessageStatus.ACCEPTED, ("StartDato", "InnsettelsesDato"))
    assert Stay.objects.get().arrived_at == parse_moment("2026-03-04T10:00Z")


def test_a_release_ends_the_stay():
    number = situations.a_number()
    receive(samples.arrival(number))
    outcome = receive(samples.release(number, at="2026-05-01T08:00"))
    assert kinds(outcome) == [EffectKind.RELEASED]
    assert outcome.person.current_stay.is_over


def test_a_transfer_moves_the_person_and_is_told():
    number = situations.a_number()
    receive(samples.arrival(number))
    outcome = receive(samples.transfer(number, at="2026-04-01T12:30"))
    assert kinds(outcome) == [EffectKind.TRANSFERRED]
    assert outcome.person.current_stay.unit.number == "0931"
    assert Stay.objects.count() == 1


def test_a_new_category_changes_the_legal_status_and_is_told():
    number = situations.a_number()
    receive(samples.arrival(number, category="Varetekt", days=samples.dates("VaretektDatoer")))
    outcome = receive(samples.new_dates(number, at="2026-04-01T12:30", category="Ubetinget"))
    assert kinds(outcome) == [EffectKind.STATUS_CHANGED]
    assert outcome.person.current_stay.legal_status == LegalStatus.CONVICTED


def test_a_deletion_takes_the_stay_away_and_empties_the_message():
    number = situations.a_number()
    person = receive(samples.arrival(number, message_id="a1")).person
    outcome = receive(samples.deletion("a1"), message_id="slett.xml")
    assert (outcome.status, outcome.message_id) == (MessageStatus.ACCEPTED, "slett.xml")
    assert [(effect.person, effect.kind) for effect in outcome.effects] == [(person, EffectKind.STAY_DELETED)]
    person.refresh_from_db()
    assert person.current_stay is None
    deleted = Message.objects.get(message_id="a1")
    assert deleted.content is None
    assert not deleted.numbers.exists()
    assert not Identifier.objects.exists()


def test_a_deletion_before_the_message_it_deletes_leaves_nothing_of_it():
    receive(samples.deletion("a1"), message_id="slett.xml")
    outcome = receive(samples.arrival(situations.a_number(), message_id="a1"))
    assert (outcome.status, outcome.person) == (MessageStatus.ACCEPTED, None)
    assert not Person.objects.exists()
    assert Message.objects.get(message_id="a1").content is None


def test_a_deletion_without_a_transport_id_is_rejected():
    outcome = receive(samples.deletion("a1"))
    assert outcome.status is MessageStatus.REJECTED
    assert "messageId" in outcome.reason


def test_a_newer_version_of_an_event_replaces_the_older_whichever_comes_first():
    number = situations.a_number()
    newer = samples.arrival(number, event_id="h1", message_id="v2", changed="2026-03-05T08:00", place=samples.AGDER)
    older = samples.arrival(number, event_id="h1", message_id="v1")
    receive(newer)
    outcome = receive(older)
    assert (outcome.status, outcome.effects) == (MessageStatus.ACCEPTED, [])
    assert Stay.objects.get().unit.number == "0931"


def test_a_message_named_as_the_event_of_another_begins_a_stay_of_its_own():
    number = situations.a_number()
    receive(samples.arrival(number, message_id="a1", event_id="x"))
    outcome = receive(samples.arrival(number, message_id="x", at="2026-03-05", arrived="2026-03-05T10:00"))
    assert outcome.status is MessageStatus.ACCEPTED
    assert Stay.objects.count() == 2


def test_a_d_number_and_a_national_id_in_one_message_join():
    d_number, national = situations.a_number(NumberKind.D_NUMBER), situations.a_number()
    duf = situations.a_number(NumberKind.DUF)
    first = receive(samples.arrival(d_number, duf)).person
    second = receive(samples.person_information(national, duf, at="2026-03-02")).person
    assert first == second
    assert {row.kind for row in first.identifiers.all()} == {
        NumberKind.D_NUMBER,
        NumberKind.NATIONAL_ID,
        NumberKind.DUF,
    }


def two_people_and_one_message():
    one, other, duf = (
        situations.a_number(),
        situations.a_number(NumberKind.D_NUMBER),
        situations.a_number(NumberKind.DUF),
    )
    first = receive(samples.arrival(one, message_id="a1")).person
    second = receive(samples.arrival(other, duf, message_id="a2", at="2026-03-02", place=samples.AGDER)).person
    outcome = receive(samples.person_information(one, duf, message_id="a3", at="2026-03-03"))
    return first, second, outcome


def test_a_message_that_would_join_two_known_people_waits_for_a_leader():
    first, second, outcome = two_people_and_one_message()
    assert (outcome.status, outcome.person, outcome.effects) == (MessageStatus.PARKED, None, [])
    assert first != second
    assert Message.objects.get(message_id="a3").why == "TO_PERSONER"


def test_the_leader_says_same_person_and_the_records_become_one():
    first, second, _ = two_people_and_one_message()
    leader = situations.an_account(Role.LEADER)
    answered = actions.resolve(Message.objects.get(message_id="a3"), same=True, by=leader)
    assert (answered.status, answered.person) == (MessageStatus.ACCEPTED, first)
    second.refresh_from_db()
    assert (second.merged_into, second.current_stay) == (first, None)
    assert first.identifiers.count() == 3
    assert EffectKind.STAY_DELETED in [effect.kind for effect in answered.effects if effect.person == second]


def test_the_leader_may_take_it_back_and_both_records_are_as_before():
    first, second, _ = two_people_and_one_message()
    leader = situations.an_account(Role.LEADER)
    actions.resolve(Message.objects.get(message_id="a3"), same=True, by=leader)
    actions.resolve(Message.objects.get(message_id="a3"), same=False, by=leader)
    second.refresh_from_db()
    first.refresh_from_db()
    assert second.merged_into is None
    assert second.current_stay.unit.number == "0931"
    assert first.current_stay.unit.number == "0501"
    assert first.identifiers.count() == 1
    assert Message.objects.get(message_id="a3").fate == "LAGT_TIL_SIDE"
