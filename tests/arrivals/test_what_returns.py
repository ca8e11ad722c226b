"""What a change of a stay had ended stands again as it was signed and written, when the change is undone; and no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from brik.arrivals.models import Message
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import InterviewState, Mapping, Notice, NoticeKind, PersonGate
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interviews
from brik.mapping.record import sections
from brik.people import aliases, protection
from brik.people.identifiers.numbers import NumberKind
from brik.people.models import Person
from brik.staff.models import OrganisationKind, Post, Role, Unit
from consent.models import Consent, Step, TalkState
from consent.record import covers
from consent.record.endings import EndCause, end_because
from followup.desk import receiving
from followup.desk.models import StayChange
from followup.sharing import actions as sharing
from followup.sharing.models import Delivery, DeliveryState
from tests import situations
from tests.arrivals import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring", "house")]
BY = Process("intake")
NAV = OrganisationKind.NAV_STATE
HOUSING = {"C1": "UTEN", "C3a": "JA", "C4a": "VET_IKKE"}


@pytest.fixture
def house():
    situations.publish_texts()
    situations.a_unit("Oslo fengsel", number="0501")
    return situations.all_recipients()


def receive(raw, **more):
    return receiving.receive(raw, by=BY, **more)


def with_a_consent(*numbers, message_id="inn", finished=True, **meta):
    """Somebody who has arrived, signed a consent and been interviewed; a noise person of another unit beside them."""
    elsewhere = situations.a_unit("Bredtveit fengsel")
    situations.a_signed_off_interview(situations.an_account(at=elsewhere), situations.a_person(at=elsewhere))
    person = receive(samples.arrival(*numbers, message_id=message_id, **meta)).person
    mapper = situations.an_account(Role.MAPPER, at=person.current_stay.unit)
    situations.a_signed_consent(person, mapper, share={NAV: [Theme.BOLIG]})
    mapping = begin_interview(person, mapper, finished=finished)
    return person, mapper, mapping


def begin_interview(person, mapper, *, finished):
    ready = Mapping.objects.get(person=person, state=InterviewState.READY)
    if finished:
        return situations.finish_interview(ready, areas={"C": HOUSING}, by=mapper)
    mapping = interviews.begin(ready, by=mapper)
    sections.save_section(mapping, area="C", answers=situations.form_answers(**HOUSING), version=0, by=mapper)
    return mapping


def standing(person):
    """Everything that a change of the stay could end: the consent, what it covers, and the interviews' rows."""
    fresh = Person.objects.select_related("current_stay").get(pk=person.pk)
    return {
        "consents": list(Consent.objects.with_end(timezone.now()).filter(person=person).values_list("pk", "ended_as")),
        "documents": list(Consent.objects.filter(person=person).values_list("document_sha256", flat=True)),
        "mapped": covers.may_be_mapped(fresh),
        "covered": {
            kind: set(covers.covered_themes(person.pk, organisation.pk))
            for kind, organisation in situations.all_recipients().items()
        },
        "interviews": list(
            Mapping.objects.filter(person=person)
            .order_by("pk")
            .values_list("pk", "state", "gate_open", "gate_until", "consent_uuid", "readable_until", "closed_at")
        ),
        "paused": PersonGate.objects.get(person=person).is_shut,
    }


def leader_of(*numbers):
    leader = situations.an_account(Role.LEADER, at=Unit.objects.get(number=numbers[0]))
    for number in numbers[1:]:
        Post.objects.create(staff=leader, role="leder", unit=Unit.objects.get(number=number), since="2026-01-01")
    return leader


def answer(message, *, same, by, now=True):
    """A leader's answer, and what the worker does next."""
    message.refresh_from_db()
    receiving.answer(message, same=same, by=by)
    for change in StayChange.objects.unfinished().distinct("person").order_by("person") if now else ():
        situations.carry_out(change.person)


def told(mapping):
    return list(Notice.objects.filter(mapping=mapping, seen_at=None).values_list("kind", flat=True))


# --- Nothing ends by what is not settled ------------------------------------------------------------------------------

CONFLICTS = {
    "arrival": lambda number, **meta: samples.arrival(number, place=samples.AGDER, category="Varetekt", **meta),
    "somebody else": lambda _number, **meta: samples.arrival(situations.a_number(), **meta),
    "release": lambda number, **meta: samples.release(number, **meta),
    "stop": lambda number, **meta: samples.execution(number, status="Stanset", category="Varetekt", **meta),
    "transfer": lambda number, **meta: samples.transfer(number, category="Varetekt", **meta),
    "dates": lambda number, **meta: samples.new_dates(number, category="Varetekt", **meta),
    "person": lambda number, **meta: samples.person_information(number, category="Varetekt", **meta),
}


@pytest.mark.parametrize("again", CONFLICTS)
def test_nothing_signed_or_written_ends_by_a_conflict_that_is_not_settled(again):
    number = situations.a_number()
    person, _, mapping = with_a_consent(number, message_id="a")
    before = standing(person)
    outcome = receive(CONFLICTS[again](number, message_id="a", at="2026-06-01"))
    assert (outcome.waits, outcome.effects) == (True, [])
    receive(samples.arrival(number, message_id="a", place=samples.AGDER, at="2026-06-02", category="Forvaring"))
    assert standing(person) == before
    assert told(mapping) == []


@pytest.mark.parametrize("event", [None, "h"])
@pytest.mark.parametrize("other", ["the same", "the same moment"])
def test_nothing_signed_or_written_ends_while_another_sender_says_it(event, other):
    number = situations.a_number()
    person, _, mapping = with_a_consent(number, message_id="a", event_id=event)
    name = "a" if other == "the same" else "b"
    receive(samples.arrival(number, message_id=name, event_id=event), sender="POLITIET")
    before = standing(person)
    receive(samples.deletion("a"), message_id="slett")
    assert standing(person) == before
    assert told(mapping) == []
    assert not StayChange.objects.filter(person=person).exists()
    receive(samples.deletion(name), message_id="slett", sender="POLITIET")
    assert told(mapping) == [NoticeKind.STAY_DELETED]


@pytest.mark.parametrize("kind", CONFLICTS)
def test_nothing_signed_or_written_ends_as_deleted_by_another_senders_message_about_the_event(kind):
    number = situations.a_number()
    person, _, _ = with_a_consent(number, message_id="a", event_id="h")
    receive(CONFLICTS[kind](number, message_id="b", event_id="h", at="2026-06-01"), sender="POLITIET")
    assert EndCause.STAY_DELETED not in [ended for _, ended in standing(person)["consents"]]
    assert Message.objects.get(message_id="a").fate == "BRUKT"


def test_a_third_message_with_one_id_ends_nothing_of_the_one_that_a_leader_chose():
    number = situations.a_number()
    receive(samples.arrival(number, message_id="a", category="Varetekt", place=samples.AGDER))
    receive(samples.arrival(number, message_id="a"))
    answer(Message.objects.get(why="SAMME_ID"), same=True, by=leader_of("0501", "0931"))
    person = Person.objects.get()
    mapper = situations.an_account(Role.MAPPER, at=person.current_stay.unit)
    situations.a_signed_consent(person, mapper, share={NAV: [Theme.BOLIG]})
    begin_interview(person, mapper, finished=True)
    before = standing(person)
    receive(samples.arrival(number, message_id="a", category="Forvaring", place=samples.AGDER))
    assert standing(person) == before


# --- Undone by the sender ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("finished", [True, False])
def test_after_a_release_that_was_deleted_everything_stands_as_before(finished):
    number = situations.a_number()
    person, mapper, mapping = with_a_consent(number, finished=finished)
    before = standing(person)
    receive(samples.release(number, message_id="ut", at="2026-06-01"))
    assert standing(person) != before
    assert not covers.may_be_mapped(Person.objects.get(pk=person.pk))
    receive(samples.deletion("ut"), message_id="slett.xml")
    assert standing(person) == before
    assert told(mapping) == [NoticeKind.STANDS_AGAIN]
    if not finished:
        sections.save_section(mapping, area="C", answers=situations.form_answers(**HOUSING), version=1, by=mapper)


def test_after_a_new_status_that_was_deleted_everything_stands_as_before():
    number = situations.a_number()
    person, _, mapping = with_a_consent(number)
    before = standing(person)
    receive(samples.new_dates(number, message_id="ny", at="2026-06-01", category="Varetekt"))
    assert standing(person) != before
    receive(samples.deletion("ny"), message_id="slett.xml")
    assert standing(person) == before
    assert told(mapping) == [NoticeKind.STANDS_AGAIN]


def test_a_release_corrected_to_a_day_to_come_brings_everything_back():
    number = situations.a_number()
    person, _, _ = with_a_consent(number)
    before = standing(person)
    receive(samples.release(number, message_id="u1", event_id="h", at="2026-06-01"))
    ahead = (timezone.now() + timedelta(days=3)).isoformat()
    receive(samples.release(number, message_id="u2", event_id="h", at="2026-06-02", released=ahead))
    assert standing(person) == before


def test_a_second_new_status_is_no_undoing_of_the_first():
    number = situations.a_number()
    person, _, mapping = with_a_consent(number)
    receive(samples.new_dates(number, at="2026-06-01", category="Varetekt"))
    ended = standing(person)
    receive(samples.new_dates(number, at="2026-06-02", category="Ubetinget"))
    assert standing(person) == ended
    assert told(mapping) == []


def test_a_new_arrival_after_a_release_is_no_undoing_of_it():
    number = situations.a_number()
    person, _, _ = with_a_consent(number)
    receive(samples.release(number, at="2026-06-01"))
    ended = standing(person)
    receive(samples.arrival(number, arrived="2026-06-05", at="2026-06-05"))
    assert standing(person)["consents"] == ended["consents"]
    assert not covers.may_be_mapped(Person.objects.get(pk=person.pk))


def test_a_new_stay_with_the_old_status_is_no_undoing_of_the_new_one():
    number = situations.a_number()
    person, _, mapping = with_a_consent(number)
    receive(samples.new_dates(number, at="2026-06-01", category="Varetekt"))
    receive(samples.release(number, at="2026-06-02", released="2026-06-02"))
    ended = standing(person)["consents"]
    receive(samples.arrival(number, arrived="2026-06-05", at="2026-06-05"))
    assert standing(person)["consents"] == ended
    assert not covers.may_be_mapped(Person.objects.get(pk=person.pk))
    assert NoticeKind.STANDS_AGAIN not in told(mapping)


def test_an_arrival_about_somebody_else_takes_nothing_with_it_when_it_is_deleted():
    """A second stay that ends the first, and is deleted: the first is as it was, with what was signed in it."""
    number = situations.a_number()
    person, _, _ = with_a_consent(number)
    before = standing(person)
    now = timezone.now().isoformat()
    receive(samples.arrival(number, message_id="feil", arrived=now, at=now, place=samples.AGDER))
    assert standing(person)["mapped"] is False
    receive(samples.deletion("feil"), message_id="slett.xml")
    assert standing(person) == before


# --- Undone by a leader -----------------------------------------------------------------------------------------------


@pytest.fixture
def joined():
    """Two people with a consent each, and a message that would join them."""
    one, other, duf = (
        situations.a_number(),
        situations.a_number(NumberKind.D_NUMBER),
        situations.a_number(NumberKind.DUF),
    )
    first, _, first_mapping = with_a_consent(one, message_id="a1")
    second, _, second_mapping = with_a_consent(other, duf, message_id="a2", at="2026-03-02", arrived="2026-03-02T11:00")
    receive(samples.person_information(one, duf, message_id="a3", at="2026-03-03"))
    return first, first_mapping, second, second_mapping, Message.objects.get(message_id="a3")


def test_two_people_who_were_joined_and_are_separated_have_each_what_they_had(joined):
    first, _, second, second_mapping, message = joined
    before = [standing(person) for person in (first, second)]
    leader = leader_of("0501")
    answer(message, same=True, by=leader)
    assert [standing(person) for person in (first, second)] != before
    second_mapping.refresh_from_db()
    assert second_mapping.state == InterviewState.IN_ERROR
    answer(message, same=False, by=leader)
    assert [standing(person) for person in (first, second)] == before
    assert told(second_mapping) == [NoticeKind.STANDS_AGAIN]
    assert not StayChange.objects.unfinished().exists()


def test_an_answer_taken_back_before_the_worker_came_ends_nothing(joined):
    first, _, second, _, message = joined
    before = [standing(person) for person in (first, second)]
    leader = leader_of("0501")
    answer(message, same=True, by=leader, now=False)
    answer(message, same=False, by=leader)
    assert [standing(person) for person in (first, second)] == before
    assert not Step.objects.filter(occasion__isnull=False).exists()


def test_it_comes_back_as_often_as_it_is_undone(joined):
    first, _, second, _, message = joined
    before = [standing(person) for person in (first, second)]
    leader = leader_of("0501")
    for _ in range(2):
        answer(message, same=True, by=leader)
        answer(message, same=False, by=leader)
        assert [standing(person) for person in (first, second)] == before


def test_of_two_messages_with_one_id_the_choice_back_brings_everything_back():
    number = situations.a_number()
    person, _, _ = with_a_consent(number, message_id="a")
    before = standing(person)
    receive(samples.arrival(number, message_id="a", category="Varetekt", place=samples.AGDER))
    assert standing(person) == before
    leader = leader_of("0501", "0931")
    first, second = Message.objects.filter(message_id="a").order_by("received_at")
    answer(second, same=True, by=leader)
    assert standing(person)["mapped"] is False
    answer(second, same=False, by=leader)
    assert standing(person) == before
    answer(second, same=True, by=leader)
    answer(first, same=True, by=leader)
    assert standing(person) == before


def test_an_answer_that_only_moves_somebody_takes_nothing_back_from_recipients(house):
    number = situations.a_number()
    person, mapper, mapping = with_a_consent(number, message_id="a")
    delivery = sharing.share(mapping, organisation=house[NAV], by=mapper)
    before = standing(person)
    receive(samples.arrival(number, message_id="a", place=samples.AGDER))
    answer(Message.objects.get(message_id="a", why="SAMME_ID"), same=True, by=leader_of("0501", "0931"))
    assert Person.objects.get(pk=person.pk).current_stay.unit.number == "0931"
    assert standing(person) == before
    assert Delivery.objects.get(pk=delivery.pk).state == delivery.state


def test_each_has_again_the_names_and_restrictions_that_were_entered_for_them(joined):
    first, first_mapping, second, second_mapping, message = joined
    by = first_mapping.mapper
    aliases.add(first, "Kallenavnet", by=by)
    aliases.add(second, "Økenavnet", by=second_mapping.mapper)
    for person, restriction in ((first, "MEDIEFORBUD"), (second, "BREV_OG_BESOEKSKONTROLL")):
        person.refresh_from_db()
        protection.enter(person, {"address_grade": "", "restrictions": [restriction], "note": restriction.lower()})
    before = [entered(person) for person in (first, second)]
    leader = leader_of("0501")
    for _ in range(2):
        answer(message, same=True, by=leader)
        assert entered(first) == (
            ["Kallenavnet", "Økenavnet"],
            {
                "address_grade": "",
                "restrictions": ["BREV_OG_BESOEKSKONTROLL", "MEDIEFORBUD"],
                "note": "medieforbud",
            },
        )
        answer(message, same=False, by=leader)
        assert [entered(person) for person in (first, second)] == before


def test_what_was_entered_while_they_were_one_stays_where_it_is(joined):
    first, _, second, _, message = joined
    second.refresh_from_db()
    protection.enter(second, {"address_grade": "FORTROLIG", "restrictions": [], "note": ""})
    leader = leader_of("0501")
    answer(message, same=True, by=leader)
    first.refresh_from_db()
    stricter = {"address_grade": "STRENGT_FORTROLIG", "restrictions": [], "note": "Sagt i dag"}
    protection.enter(first, stricter)
    answer(message, same=False, by=leader)
    assert entered(first)[1] == stricter


def entered(person):
    fresh = Person.objects.get(pk=person.pk)
    return aliases.of(fresh), protection.of(fresh)


# --- What does not come back ------------------------------------------------------------------------------------------


def test_what_was_withdrawn_meanwhile_does_not_come_back():
    number = situations.a_number()
    person, mapper, mapping = with_a_consent(number)
    receive(samples.release(number, message_id="ut", at="2026-06-01"))
    situations.take_everything_back(person, by=mapper)
    receive(samples.deletion("ut"), message_id="slett.xml")
    after = standing(person)
    mapping.refresh_from_db()
    assert (after["mapped"], mapping.state, mapping.gate_open) == (False, InterviewState.RESTRICTED, False)
    assert not any(after["covered"].values())
    assert told(mapping) == [NoticeKind.STAYS_ENDED]


def test_what_ran_out_meanwhile_does_not_come_back(monkeypatch):
    number = situations.a_number()
    person, _, mapping = with_a_consent(number, finished=False)
    receive(samples.release(number, message_id="ut", at="2026-06-01"))
    later = timezone.now() + timedelta(days=400)
    monkeypatch.setattr(timezone, "now", lambda: later)
    receive(samples.deletion("ut"), message_id="slett.xml")
    mapping.refresh_from_db()
    assert (standing(person)["mapped"], mapping.state) == (False, InterviewState.CLOSED)
    assert told(mapping) == [NoticeKind.STAYS_ENDED]
    assert end_because(person, cause=EndCause.EXPIRED, by=BY)


def test_a_legal_basis_that_ended_meanwhile_still_ends_the_reading():
    number = situations.a_number()
    person, _, mapping = with_a_consent(number)
    receive(samples.release(number, message_id="ut", at="2026-06-01"))
    basis = Consent.objects.get(person=person).legal_basis
    type(basis).objects.filter(pk=basis.pk).update(until=timezone.localdate())
    receive(samples.deletion("ut"), message_id="slett.xml")
    mapping.refresh_from_db()
    assert standing(person)["mapped"] is False
    assert mapping.readable_until <= timezone.now()


def test_a_later_word_of_the_person_counts():
    """Remand, wrongly told convicted: what the person signed then is the last word, and the old yes stays ended."""
    number = situations.a_number()
    person, _, mapping = with_a_consent(number)
    receive(samples.new_dates(number, message_id="ny", at="2026-06-01", category="Varetekt"))
    person = Person.objects.get(pk=person.pk)
    situations.a_legal_basis("VARETEKT")
    situations.a_consent(person, kind="VARETEKT", outcome="NEI", mapped=False, at=timezone.now())
    receive(samples.deletion("ny"), message_id="slett.xml")
    mapping.refresh_from_db()
    assert (standing(person)["mapped"], mapping.gate_open) == (False, False)
    assert not any(standing(person)["covered"].values())


def test_what_was_taken_back_from_recipients_is_told_and_not_sent_again(house):
    number = situations.a_number()
    _, mapper, mapping = with_a_consent(number)
    sharing.share(mapping, organisation=house[NAV], by=mapper)
    receive(samples.new_dates(number, message_id="ny", at="2026-06-01", category="Varetekt"))
    gone = {DeliveryState.CANCELLED, DeliveryState.RETRACTED, DeliveryState.RETRACTING}
    assert Delivery.objects.get().state in gone
    receive(samples.deletion("ny"), message_id="slett.xml")
    assert Delivery.objects.get().state in gone
    assert told(mapping) == [NoticeKind.SHARE_AGAIN]
    # The mapper may share it again.
    sharing.share(Mapping.objects.get(pk=mapping.pk), organisation=house[NAV], by=mapper)


def test_a_talk_that_was_not_signed_is_begun_again():
    number = situations.a_number()
    person, mapper, _ = with_a_consent(number)
    talk = situations.a_talk(person, mapper, stop_before="underskrift")
    receive(samples.release(number, message_id="ut", at="2026-06-01"))
    receive(samples.deletion("ut"), message_id="slett.xml")
    talk.refresh_from_db()
    assert (talk.state, talk.answers) == (TalkState.ABANDONED, None)


# --- What is written down ---------------------------------------------------------------------------------------------


def test_to_stand_again_is_written_beside_what_it_undoes():
    number = situations.a_number()
    person, _, _ = with_a_consent(number)
    receive(samples.release(number, message_id="ut", at="2026-06-01"))
    ended = list(Step.objects.filter(person=person, cause=EndCause.RELEASED).values_list("pk", flat=True))
    receive(samples.deletion("ut"), message_id="slett.xml")
    restored = Step.objects.filter(person=person, state="GJELDER")
    assert sorted(restored.values_list("undoes", flat=True)) == sorted(ended)
    for verb in (Verb.CONSENT_RESTORED, Verb.MAPPING_RESTORED):
        assert Event.objects.filter(verb=verb, subject=person.pk).exists()


def test_the_notice_of_a_deleted_stay_gives_way_to_the_one_that_is_true(joined, client):
    _, _, _, mapping, message = joined
    leader = leader_of("0501")
    answer(message, same=True, by=leader)
    assert told(mapping) == [NoticeKind.STAY_DELETED]
    answer(message, same=False, by=leader)
    client.force_login(mapping.mapper)
    page = client.get("/arbeidsliste/").content.decode()
    assert "gjelder igjen slik de var" in page
    assert "feilregistrert" not in page
