"""A withdrawal that somebody else tells of: it stops everything at once, and retracts when the person has been heard."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interviews
from brik.pages.refusal import Refused
from brik.people.models import Person
from brik.staff.models import Organisation, Role, Staff, Unit
from brik.vault import keys
from consent.models import Withdrawal, WithdrawalReceipt, WithdrawalSaid
from consent.record import covers
from consent.record.refusals import ConsentRefusal
from consent.talk import actions as consents
from followup.demo import telling
from followup.desk import actions, following
from followup.desk.jobs import follow, follow_all
from followup.sharing.delivery import sending
from followup.sharing.jobs import WORKER
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture(scope="module")
def beginning(demo_house):
    """A mapper, a decider, and somebody of whom NAV has been told, and the case system perhaps."""
    with keys.ring():
        mapper, someone = situations.an_account(at=demo_house), situations.a_person(at=demo_house)
        telling.consent(someone, mapper, sharing=telling.ALL_OF_THEM)
        telling.share(telling.final(someone, mapper), mapper, telling.NAV, telling.KODA, telling.HEALTH)
        Delivery.objects.filter(organisation__number=telling.KODA).change(
            attempts_made=1, state=DeliveryState.ATTEMPTED
        )
        decider = situations.an_account(Role.DECIDER, at=demo_house)
        return demo_house.pk, mapper.pk, decider.pk, someone.pk


@pytest.fixture
def mapper(beginning, db):
    return Staff.objects.get(pk=beginning[1])


@pytest.fixture
def decider(beginning, db):
    return Staff.objects.get(pk=beginning[2])


@pytest.fixture
def person(beginning, db):
    return Person.objects.get(pk=beginning[3])


@pytest.fixture
def told(person, decider):
    return situations.a_withdrawal(person, said=WithdrawalSaid.TOLD, by=decider)


def states(person) -> dict[str, str]:
    shares = Delivery.objects.filter(person=person, kind=DeliveryKind.SHARE)
    return {delivery.organisation.number: delivery.state for delivery in shares}


def later(monkeypatch, **ago):
    """The house when so much time has passed."""
    moment = timezone.now() + timedelta(**ago)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def may_be_read(client, user, person) -> bool:
    client.force_login(user)
    mapping = Mapping.objects.get(person=person)
    return bool(client.get(reverse("mapping:read", args=[mapping.pk])).status_code == 200)


def test_reading_queue_and_interview_stop_at_once_and_what_was_sent_stays(client, person, mapper, told):
    nav = Organisation.objects.get(number=telling.NAV)
    assert not covers.covers(person.pk, nav.pk, Theme.ARBEID)
    assert not may_be_read(client, mapper, person)
    assert Mapping.objects.get(person=person).state == "FERDIG"
    assert states(person) == {
        telling.NAV: DeliveryState.ACCEPTED,
        telling.HEALTH: DeliveryState.ACCEPTED,
        telling.KODA: DeliveryState.PARKED,
    }
    assert not WithdrawalReceipt.objects.exists()
    assert not Delivery.objects.filter(kind=DeliveryKind.RETRACTION).exists()


def test_one_in_whose_request_nothing_more_was_done_is_shut_all_the_same(client, person, mapper, decider):
    """Before the job has run, and for a withdrawal of any kind."""
    assert may_be_read(client, mapper, person)
    mapping = Mapping.objects.get(person=person)
    actions.withdraw(person, what=["alt"], said_at=timezone.now(), by=decider)
    assert not may_be_read(client, mapper, person)
    with pytest.raises(Refused):
        interviews.correct(mapping, reason="prøve", by=mapper)
    assert sending.begin(person.pk, Organisation.objects.get(number=telling.KODA).pk, by=WORKER) is None or (
        Delivery.objects.filter(kind=DeliveryKind.RETRACTION).exists()
    )


def test_nothing_is_sent_again_while_nobody_has_heard_the_person(person, mapper, decider):
    actions.withdraw(person, what=["alt"], said_at=timezone.now(), said=WithdrawalSaid.TOLD, by=decider)
    koda = Organisation.objects.get(number=telling.KODA)
    Delivery.objects.change(due_at=None)
    assert sending.begin(person.pk, koda.pk, by=WORKER) is None
    assert states(person)[telling.KODA] == DeliveryState.PARKED
    assert not Delivery.objects.get(organisation=koda).broken


def test_a_mapper_who_has_heard_the_person_lets_the_retractions_go(client, person, mapper, told):
    client.force_login(mapper)
    page = client.get(reverse("desk:person", args=[person.pk])).content.decode()
    assert f"Jeg har snakket med {person.name}: det stemmer" in " ".join(page.split())
    assert client.post(reverse("desk:heard", args=[told.pk])).status_code == 302
    follow(str(person.pk))
    assert states(person) == {
        telling.NAV: DeliveryState.RETRACTED,
        telling.HEALTH: DeliveryState.RETRACTED,
        telling.KODA: DeliveryState.RETRACTING,
    }
    assert Mapping.objects.get(person=person).state == "SPERRET"
    assert "NAV (statlig)" in client.get(reverse("desk:receipt", args=[told.pk])).content.decode()
    assert "Jeg har snakket med" not in client.get(reverse("desk:person", args=[person.pk])).content.decode()


def test_after_a_day_they_go_though_nobody_has_heard_the_person(person, told, monkeypatch):
    follow_all(0)
    assert not WithdrawalReceipt.objects.exists()
    later(monkeypatch, hours=23, minutes=58)
    follow_all(0)
    assert not WithdrawalReceipt.objects.exists()
    later(monkeypatch, minutes=4)
    follow_all(0)
    assert states(person)[telling.NAV] == DeliveryState.RETRACTED
    assert WithdrawalReceipt.objects.filter(withdrawal=told).exists()


def test_a_lost_job_is_made_up_for(person, decider, monkeypatch):
    noted = actions.withdraw(person, what=["alt"], said_at=timezone.now(), by=decider)
    later(monkeypatch, minutes=2)
    assert following.left_over() == [person.pk]
    follow_all(0)
    assert WithdrawalReceipt.objects.filter(withdrawal=noted).exists()
    assert Mapping.objects.get(person=person).state == "SPERRET"
    assert not following.left_over()


def test_a_mistake_is_mended_by_a_new_talk_with_the_same_choices(client, person, mapper, told):
    telling.consent(person, mapper, sharing=telling.ALL_OF_THEM)
    assert may_be_read(client, mapper, person)
    assert states(person)[telling.NAV] == DeliveryState.ACCEPTED
    nav = Organisation.objects.get(number=telling.NAV)
    assert covers.covers(person.pk, nav.pk, Theme.ARBEID)


def test_a_mistake_that_is_mended_stays_mended_after_a_day(client, person, mapper, told, monkeypatch):
    telling.consent(person, mapper, sharing=telling.ALL_OF_THEM)
    later(monkeypatch, hours=25)
    follow_all(0)
    assert states(person)[telling.NAV] == DeliveryState.ACCEPTED
    assert Mapping.objects.get(person=person).state == "FERDIG"
    assert WithdrawalReceipt.objects.filter(withdrawal=told).exists()


def test_what_the_person_has_said_is_not_brought_back_by_a_talk_before_the_job(person, mapper, decider):
    actions.withdraw(person, what=["alt"], said_at=timezone.now(), by=decider)
    telling.consent(person, mapper, sharing=telling.ALL_OF_THEM)
    assert states(person)[telling.NAV] == DeliveryState.RETRACTED
    assert Mapping.objects.get(person=person, state="SPERRET")


def test_who_noted_it_may_not_hold_the_talk_that_mends_it(client, person, mapper):
    contact_officer = situations.an_account(Role.CONTACT_OFFICER, at=person.current_stay.unit)
    situations.a_withdrawal(person, said=WithdrawalSaid.TOLD, by=contact_officer)
    with pytest.raises(Refused) as refused:
        consents.start(person, by=contact_officer)
    assert refused.value.why is ConsentRefusal.NOTED_WITHDRAWAL
    client.force_login(contact_officer)
    page = client.get(reverse("desk:person", args=[person.pk])).content.decode()
    assert str(ConsentRefusal.NOTED_WITHDRAWAL.label) in page
    assert "Jeg har snakket med" not in page
    assert consents.start(person, by=mapper)


def test_a_talk_already_open_is_not_finished_by_who_noted_it_either(person, mapper):
    contact_officer = situations.an_account(Role.CONTACT_OFFICER, at=person.current_stay.unit)
    talk = telling.begin(person, contact_officer, telling.opening("nb", mapping="NEI"))
    situations.a_withdrawal(person, said=WithdrawalSaid.TOLD, by=contact_officer)
    with pytest.raises(Refused) as refused:
        actions.finish_talk(talk, by=contact_officer)
    assert refused.value.why is ConsentRefusal.NOTED_WITHDRAWAL


def test_only_an_approved_mapper_of_the_unit_can_say_that_the_person_was_heard(client, person, told, decider):
    elsewhere = situations.an_account(at=situations.a_unit("Agder fengsel"))
    for user, status in ((decider, 403), (elsewhere, 404)):
        client.force_login(user)
        assert client.post(reverse("desk:heard", args=[told.pk])).status_code == status
    assert not Event.objects.filter(reason="heard").exists()


def test_many_in_an_hour_are_noted_and_told_to_the_data_protection_officer(client, beginning, decider):
    unit = Unit.objects.get(pk=beginning[0])
    people = [situations.a_person(at=unit) for _ in range(12)]
    for number, someone in enumerate(people, start=1):
        actions.withdraw(someone, what=["omrade-HELSE"], said_at=timezone.now(), by=decider)
        assert Event.objects.filter(verb=Verb.WITHDRAWALS_MANY).exists() == (number > 10)
    assert Withdrawal.objects.filter(noted_by=decider).count() == 12
    client.force_login(situations.an_account(Role.PRIVACY))
    page = " ".join(client.get(reverse("desk:events")).content.decode().split())
    assert "Uvanlig mange trukket tilbake" in page
    assert f"<bdi>{decider.name}</bdi>, 12 på en time" in page


def test_a_form_without_how_it_was_said_is_told(client, person, decider):
    client.force_login(decider)
    page = client.post(reverse("desk:withdraw", args=[person.pk]), {"what": "alt", "when": "NAA"})
    assert "Velg hvordan det ble sagt." in page.content.decode()
    assert not Withdrawal.objects.exists()
