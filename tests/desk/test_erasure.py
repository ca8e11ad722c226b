"""What two people decide to erase is gone for good, and what stays still fits and names nobody."""

from io import StringIO
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from brik.arrivals.actions import receive_message
from brik.arrivals.models import Message, MessageNumber
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping
from brik.mapping.record import actions as interviews
from brik.mapping.record import sections
from brik.pages.refusal import Refused
from brik.people.identifiers.numbers import recognise
from brik.people.models import Identifier, Person, Stay
from brik.slips import actions as slips
from brik.slips.models import Slip
from brik.slips.topics import Topic
from brik.staff.four_eyes.two_people import TwoPeople
from brik.staff.models import OrganisationKind, Role
from brik.staff.rules import NotAllowed
from brik.vault import keys
from brik.vault.canonical import salted_sha256, sha256
from brik.vault.models import CONSENT, DISCLOSURE, INTERVIEW, KEEPINGS, ORGANISATION, PERSON, SHARED_ROW, TALK, Key
from brik.vault.sealing import Shredded
from consent.models import Consent, Talk, TalkState, WithdrawalReceipt
from consent.record import steps
from consent.record.document import opened
from followup.desk import following
from followup.desk.erasure import actions
from followup.desk.erasure.refusals import ErasureRefusal
from followup.desk.models import StayChange
from followup.desk.retention import actions as retention
from followup.desk.retention.erasures import Erasure, ErasureDecision, ErasureExtent
from followup.sharing.delivery import receipts
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.models import Delivery, DeliveryState, Disclosure
from tests import situations
from tests.arrivals import samples
from tests.situations.interview import HOUSING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
SAID, EVERYTHING = ErasureExtent.SAID, ErasureExtent.EVERYTHING
INTAKE = Process("intake")


@pytest.fixture(scope="module")
def people(module_db):
    """Somebody who has talked, shared, written a slip and taken everything back; and somebody else like that."""
    situations.publish_texts()
    with keys.ring():
        return [somebody_who_took_it_back() for _ in range(2)]


def somebody_who_took_it_back() -> Person:
    by, someone = situations.a_mapper_and_a_person()
    situations.a_signed_consent(someone, by)
    mapping = interviews.begin(Mapping.objects.get(person=someone), by=by)
    sections.save_section(mapping, area="C", answers=situations.form_answers(**HOUSING), version=0, by=by)
    interviews.sign_off(mapping, by=by)
    situations.a_withdrawal(someone, by=by)
    return someone


@pytest.fixture
def two():
    return [situations.an_account(Role.INSIGHT) for _ in range(2)]


def erased(person, two, extent=SAID) -> Erasure:
    erasure = actions.propose(person, extent=extent, why=Reason.ASKED_FOR, by=two[0])
    actions.confirm(erasure, by=two[1])
    return erasure


def released(person):
    Stay.objects.filter(person=person).change(released_at=timezone.now())


def gone(person) -> set[str]:
    return set(Key.objects.filter(person=person.pk, destroyed_at__isnull=False).values_list("keeping", flat=True))


def living(person) -> set[str]:
    return set(Key.objects.filter(person=person.pk, destroyed_at=None).values_list("keeping", flat=True))


def printed(command: str, *args: str) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def refused(reason, action, *args, **kwargs):
    before = [*Key.objects.order_by("pk").values_list("wrapped", "destroyed_at")], ErasureDecision.objects.count()
    with pytest.raises(Refused) as caught:
        action(*args, **kwargs)
    assert caught.value.why == reason
    assert ([*Key.objects.order_by("pk").values_list("wrapped", "destroyed_at")], ErasureDecision.objects.count()) == (
        before
    )


def test_what_somebody_has_said_goes_and_who_it_is_stays(people, two):
    someone, other = people
    before = living(someone)
    assert {INTERVIEW, TALK, CONSENT, PERSON} <= before
    erased(someone, two)
    assert (gone(someone), living(someone)) == (before - {PERSON}, {PERSON})
    assert gone(other) == set()
    with keys.ring():
        assert Person.objects.get(pk=someone.pk).name == someone.name
        with pytest.raises(Shredded):
            opened(Consent.objects.get(person=someone))
        assert opened(Consent.objects.get(person=other))


def test_each_destroyed_key_has_its_event_and_the_log_tells_who_decided(people, two):
    erasure = erased(people[0], two)
    for key in Key.objects.filter(person=people[0].pk, destroyed_at__isnull=False):
        assert bytes(key.wrapped) == b""
        event = Event.objects.get(verb=Verb.KEY_DESTROYED, object_id=str(key.pk))
        assert (event.reason, event.about, event.actor) == (
            Reason.ERASED,
            f"{key.keeping} {key.subject}",
            two[1].actor_id,
        )
    proposed = Event.objects.get(verb=Verb.ERASURE_PROPOSED)
    confirmed = Event.objects.get(verb=Verb.ERASURE_CONFIRMED)
    assert (proposed.actor, proposed.reason, proposed.subject) == (two[0].actor_id, "asked_for", people[0].pk)
    assert (confirmed.actor, confirmed.about, confirmed.object_id) == (
        two[1].actor_id,
        two[0].actor_id,
        str(erasure.pk),
    )


def test_it_takes_two_people_who_answer_requests_for_access(people, two):
    someone, erasure = people[0], actions.propose(people[0], extent=SAID, why=Reason.ASKED_FOR, by=two[0])
    with pytest.raises(NotAllowed, match="En annen enn den"):
        actions.confirm(erasure, by=two[0])
    for role in (Role.MAPPER, Role.LEADER, Role.PRIVACY, Role.SYSTEM):
        other = situations.an_account(role)
        for act in (actions.confirm, actions.turn_down):
            with pytest.raises(PermissionDenied):
                act(erasure, by=other)
        with pytest.raises(PermissionDenied):
            actions.propose(someone, extent=SAID, why=Reason.ASKED_FOR, by=other)
    two[0].posts.all().change(until=timezone.localdate())
    with pytest.raises(NotAllowed, match="kan ikke lenger foreslå"):
        actions.confirm(erasure, by=two[1])
    assert gone(someone) == set()


def test_nobody_makes_the_second_person_up(people, two):
    erasure = actions.propose(people[0], extent=SAID, why=Reason.ASKED_FOR, by=two[0])
    for token in ((), (object(),)):
        with pytest.raises(TypeError, match="second person"):
            TwoPeople(two[0], two[1], *token)
    with pytest.raises(IntegrityError, match="erasure_takes_two"), transaction.atomic():
        ErasureDecision.objects.create(erasure=erasure, confirmed=True, proposed_by=two[0], decided_by=two[0])


def test_what_is_turned_down_stays_and_is_decided_once(people, two):
    erasure = actions.propose(people[0], extent=SAID, why=Reason.NOT_NEEDED, by=two[0])
    assert actions.propose(people[0], extent=SAID, why=Reason.NOT_NEEDED, by=two[1]) == erasure
    assert not actions.turn_down(erasure, by=two[0]).confirmed
    refused(ErasureRefusal.DECIDED, actions.confirm, erasure, by=two[1])
    assert gone(people[0]) == set()


def test_a_decision_is_never_changed_or_taken_away(people, two):
    erased(people[0], two)
    for statement in (
        "UPDATE desk_erasure SET why = 'ordered'",
        "UPDATE desk_erasuredecision SET confirmed = false",
        "DELETE FROM desk_erasuredecision",
        "DELETE FROM desk_erasure",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_legal_hold_stops_it_at_both_steps(people, two):
    someone = people[0]
    erasure = actions.propose(someone, extent=SAID, why=Reason.ASKED_FOR, by=two[0])
    hold = retention.place_hold(someone, why=Reason.COURT_CASE, by=two[0], confirmed_by=two[1])
    refused(ErasureRefusal.HELD, actions.confirm, erasure, by=two[1])
    refused(ErasureRefusal.HELD, actions.propose, someone, extent=EVERYTHING, why=Reason.ASKED_FOR, by=two[0])
    retention.end_hold(hold, why=Reason.CASE_CLOSED, by=two[0], confirmed_by=two[1])
    actions.confirm(erasure, by=two[1])
    assert INTERVIEW in gone(someone)


def test_a_hold_on_the_record_that_is_the_same_person_stops_it_and_both_are_erased(people, two):
    someone, other = people
    Person.objects.filter(pk=someone.pk).change(merged_into=other)
    hold = retention.place_hold(other, why=Reason.COMPLAINT, by=two[0], confirmed_by=two[1])
    refused(ErasureRefusal.HELD, actions.propose, someone, extent=SAID, why=Reason.ASKED_FOR, by=two[0])
    retention.end_hold(hold, why=Reason.CASE_CLOSED, by=two[0], confirmed_by=two[1])
    erased(someone, two)
    assert INTERVIEW in gone(someone) & gone(other)


def test_a_yes_that_stands_is_taken_back_first(two):
    situations.publish_texts()
    by, someone = situations.a_mapper_and_a_person()
    situations.a_signed_consent(someone, by)
    refused(ErasureRefusal.STILL_PERMITTED, actions.propose, someone, extent=SAID, why=Reason.ASKED_FOR, by=two[0])
    situations.a_withdrawal(someone, by=by)
    erased(someone, two)
    assert CONSENT in gone(someone)


def test_what_is_on_its_way_is_finished_first(two):
    mapping, _ = situations.a_shared_interview()
    someone = mapping.person
    situations.take_everything_back(someone)
    refused(ErasureRefusal.STILL_OUT, actions.propose, someone, extent=SAID, why=Reason.ASKED_FOR, by=two[0])
    following.carry_out(someone.pk, by=INTAKE)
    assert not Delivery.objects.filter(state=DeliveryState.QUEUED).exists()
    erased(someone, two)
    assert {DISCLOSURE, INTERVIEW} <= gone(someone)


def test_a_change_of_the_stay_is_carried_out_first(people, two):
    StayChange.objects.create(person=people[0], kind="RELEASED", since=timezone.now())
    refused(ErasureRefusal.STILL_OUT, actions.propose, people[0], extent=SAID, why=Reason.ASKED_FOR, by=two[0])


def test_a_slip_that_waits_is_read_first_and_its_key_goes_with_the_rest(people, two):
    someone = people[0]
    health = situations.an_organisation(OrganisationKind.HEALTH)
    slips.turn(
        someone, topics=[Topic.SLEEP], by=situations.an_account(Role.CONTACT_OFFICER, at=someone.known_stay.unit)
    )
    refused(ErasureRefusal.SLIP_UNREAD, actions.propose, someone, extent=SAID, why=Reason.ASKED_FOR, by=two[0])
    slips.open_waiting(health, by=situations.an_account(Role.PARTNER, organisation=health))
    erased(someone, two)
    assert SHARED_ROW in gone(someone)
    with keys.ring(), pytest.raises(Shredded):
        _ = Slip.objects.get(person=someone).topics
    assert "Everything fits." in printed("verify_audit")


def test_an_open_talk_is_closed_and_erased(two):
    situations.publish_texts()
    by, someone = situations.a_mapper_and_a_person()
    talk = situations.a_talk(someone, by, stop_before=steps.COMMON)
    erased(someone, two)
    assert Talk.objects.get(pk=talk.pk).state == TalkState.ABANDONED
    assert gone(someone) == {TALK}


def test_who_it_is_stays_while_the_person_is_in_custody(people, two):
    refused(ErasureRefusal.IN_CUSTODY, actions.propose, people[0], extent=EVERYTHING, why=Reason.ASKED_FOR, by=two[0])
    released(people[0])
    erased(people[0], two, EVERYTHING)
    assert living(people[0]) == set()


def test_when_everything_goes_nobody_finds_the_person_any_more(people, two):
    someone, other = people
    number = recognise(someone.identifiers.get().number.open())
    lookups = {bytes(row.lookup) for row in MessageNumber.objects.filter(message__person=someone)}
    released(someone)
    erased(someone, two, EVERYTHING)
    assert not Identifier.objects.filter(person=someone).exists()
    assert not MessageNumber.objects.filter(lookup__in=lookups).exists()
    assert not Stay.objects.filter(person=someone).exists()
    assert not Message.objects.filter(person=someone).exists()
    assert Identifier.objects.filter(person=other).exists()
    with keys.ring(), pytest.raises(Shredded):
        _ = Person.objects.get(pk=someone.pk).name
    # A message that comes later about the same number is about somebody new.
    outcome = receive_message(samples.arrival(number), by=INTAKE)
    assert outcome.person.pk != someone.pk


@pytest.mark.parametrize("extent", ErasureExtent)
def test_what_stays_still_verifies_when_it_is_erased(people, two, extent):
    name = people[0].name
    released(people[0])
    erased(people[0], two, extent)
    said = printed("verify_audit")
    assert "Everything fits." in said
    assert "0 shredded" not in next(line for line in said.splitlines() if line.startswith("consent: "))
    printed("verify_consent")
    printed("verify_rows")
    for shown in (said, *Event.objects.values_list("about", flat=True)):
        assert name not in shown


def test_a_key_of_a_new_keeping_is_erased_too():
    assert SAID.keepings == frozenset(KEEPINGS) - {PERSON, ORGANISATION}
    assert EVERYTHING.keepings == SAID.keepings | {PERSON}


def test_a_hash_in_clear_tells_nothing_when_the_salt_is_erased_with_the_content():
    """Whoever guesses every word of it still lacks the salt: the same choices of the same person never hash alike."""
    situations.publish_texts()
    by, someone = situations.a_mapper_and_a_person()
    consents = [situations.a_signed_consent(someone, by) for _ in range(2)]
    situations.a_withdrawal(someone, by=by)
    receipt = WithdrawalReceipt.objects.get(person=someone)
    salts = [opened(receipt).content["salt"], *(opened(consent).content["salt"] for consent in consents)]
    assert len(set(salts)) == len(salts)
    assert all(len(salt) == 64 for salt in salts)
    delivery = situations.a_delivery()
    disclosure = Disclosure.objects.get(pk=delivery.disclosure_id)
    payload, salt = disclosure.payload.open(), disclosure.content.open()["salt"]
    assert disclosure.payload_sha256 == salted_sha256(payload, salt)
    assert disclosure.payload_sha256 != sha256(payload)


def test_the_hash_of_a_receipt_is_salted_and_the_same_receipt_is_known_also_when_it_is_erased(two):
    delivery = situations.a_delivery()
    content = receipts.ReceiptContent(
        str(uuid4()),
        str(delivery.message_id),
        ReceiptStatus.RECEIVED,
        {"description": "", "case": ""},
        b'{"status": "OK"}',
    )
    with transaction.atomic():
        receipts.take(content, delivery=delivery, by=INTAKE)
    stored = delivery.receipts.get()
    assert stored.sha256 != sha256(content.payload)
    assert stored.is_of(content.payload)
    assert not stored.is_of(b"{}")
    retention.destroy(
        Key.objects.get(keeping=DISCLOSURE, subject=stored.disclosure_id), reason=Reason.ERASED, by=INTAKE
    )
    with keys.ring(), transaction.atomic():
        assert receipts.take(content, delivery=delivery, by=INTAKE).seen_before


def page(response) -> str:
    return " ".join(response.content.decode().split())


def test_one_proposes_on_the_page_and_another_confirms_there(people, two, client):
    someone = people[0]
    client.force_login(two[0])
    assert reverse("desk:erase", args=[someone.pk]) in page(client.get(reverse("desk:extract", args=[someone.pk])))
    address = reverse("desk:erase", args=[someone.pk])
    assert "Velg hvorfor" in page(client.post(address, {"extent": "SAGT"}, follow=True))
    answer = client.post(address, {"extent": "SAGT", "why": "asked_for"})
    erasure = Erasure.objects.get()
    own = reverse("desk:erasure", args=[erasure.pk])
    assert answer.url == own
    assert "Slett for godt" not in page(client.get(own))
    assert "Trekk forslaget" in page(client.get(own))
    decide = reverse("desk:decide_erasure", args=[erasure.pk])
    assert "En annen enn den som har foreslått det" in page(client.post(decide, {"answer": "bekreft"}, follow=True))
    assert gone(someone) == set()
    client.force_login(two[1])
    assert own in page(client.get(reverse("desk:erasures")))
    assert someone.name in page(client.get(own))
    shown = page(client.post(decide, {"answer": "bekreft"}, follow=True))
    assert "Det er slettet for godt." in shown
    assert "Bekreftet av" in shown
    assert INTERVIEW in gone(someone)


def test_the_page_says_what_stops_it(people, two, client):
    client.force_login(two[1])
    erasure = actions.propose(people[0], extent=SAID, why=Reason.ORDERED, by=two[0])
    retention.place_hold(people[0], why=Reason.COURT_CASE, by=two[0], confirmed_by=two[1])
    shown = page(client.get(reverse("desk:erasure", args=[erasure.pk])))
    assert "ingenting om personen skal slettes" in shown
    assert "Slett for godt" not in shown
    answered = client.post(
        reverse("desk:erase", args=[people[0].pk]), {"extent": "ALT", "why": "asked_for"}, follow=True
    )
    assert answered.status_code == 409
    assert "ingenting om personen skal slettes" in page(answered)


def test_what_is_erased_says_so_on_every_page_about_it(people, two, client):
    someone = people[0]
    released(someone)
    erasure = erased(someone, two, EVERYTHING)
    client.force_login(two[0])
    shown = page(client.get(reverse("desk:erasure", args=[erasure.pk])))
    assert "Dette er slettet" in shown
    assert client.get(reverse("desk:erasures")).status_code == 200
    assert client.get(reverse("desk:erase", args=[someone.pk])).status_code == 200
    alarms = Event.objects.filter(verb=Verb.INTEGRITY_BROKEN)
    answer = client.get(reverse("desk:extract", args=[someone.pk]))
    assert answer.status_code == 410
    assert "to personer har bestemt at det skulle slettes" in page(answer)
    assert not alarms.exists()


def test_the_extract_still_tells_what_is_left_when_what_was_said_is_erased(people, two, client):
    erased(people[0], two)
    client.force_login(two[0])
    answer = client.get(reverse("desk:extract", args=[people[0].pk]))
    assert answer.status_code == 200
    assert "Slettet" in page(answer)
