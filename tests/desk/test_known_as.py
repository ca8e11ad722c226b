"""The page where a person gets another number or another name."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from brik.arrivals import actions as people
from brik.arrivals.models import Message
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people import aliases
from brik.people.identifiers.numbers import Number, NumberKind
from brik.people.models import LegalStatus, Person
from brik.staff.models import Role
from followup.desk import receiving
from followup.sharing.models import DeliveryState
from tests import situations
from tests.arrivals import samples

BY = Process("intake")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture
def mapper(client):
    staff = situations.an_account()
    client.force_login(staff)
    return staff


def page_of(person):
    return reverse("desk:known_as", args=[person.pk])


def number_form(number):
    return {"add": "number", "kind": number.kind.value, "number": number.value}


def leader_says_yes(message=None):
    row = message or Message.objects.parked().get()
    receiving.answer(row, same=True, by=situations.an_account(Role.LEADER))


def service_places(number, person, **more):
    """The service tells of somebody with the number in the person's unit."""
    unit = person.current_stay.unit
    receiving.receive(samples.transfer(number, to=(unit.number, unit.name), **more), by=BY)


@pytest.mark.parametrize("between", ["-", "–", "\u00a0"])
def test_a_number_is_added_as_people_write_it(client, mapper, between):
    person, number = situations.a_person(kind=NumberKind.D_NUMBER), situations.a_number()
    written = f"{number.value[:6]}{between}{number.value[6:]}"
    assert client.post(page_of(person), number_form(number) | {"number": written}).status_code == 302
    leader_says_yes()
    service_places(number, person)
    assert number.value in {row.number.open() for row in Person.objects.get(pk=person.pk).identifiers.all()}


def test_a_number_is_added_and_the_page_names_its_kind_but_never_the_number(client, mapper):
    person, number = situations.a_person(kind=NumberKind.D_NUMBER), situations.a_number()
    assert client.post(page_of(person), number_form(number)).status_code == 302
    page = client.get(page_of(person)).content.decode()
    assert "Lederen må avgjøre om det er personens nummer." in page
    assert "<dd>D-nummer</dd>" in page
    leader_says_yes()
    assert "<dd>D-nummer</dd>" in client.get(page_of(person)).content.decode()
    service_places(number, person)
    page = client.get(page_of(person)).content.decode()
    assert "<dd>Fødselsnummer, D-nummer</dd>" in page
    assert number.value not in page
    assert page_of(person) in client.get(reverse("desk:person", args=[person.pk])).content.decode()
    assert Event.objects.filter(verb=Verb.PERSON_READ, subject=person.pk, reason="known_as").exists()


@pytest.mark.parametrize("known", [True, False])
def test_a_number_that_is_left_to_the_leader_tells_nothing_of_whose_it_is(client, mapper, known):
    person, other = situations.a_person(), situations.a_person(at=situations.a_unit("Agder fengsel"))
    number = Number(NumberKind.NATIONAL_ID, other.identifiers.get().number.open()) if known else situations.a_number()
    assert client.post(page_of(person), number_form(number)).status_code == 302
    row = Message.objects.parked().get()
    assert row.why == "FOR_HAAND"
    assert Event.objects.filter(verb=Verb.MESSAGE_PARKED, actor=mapper.actor_id).count() == 1
    page = client.get(page_of(person)).content.decode()
    assert "Lederen må avgjøre om det er personens nummer." in page
    assert other.name not in page
    assert row.get_why_display() not in page


@pytest.mark.parametrize(
    ("kind", "written", "sentence"),
    [
        ("FOEDSELSNUMMER", "12345678901", "ikke gyldig"),
        ("DNUMMER", "123", "11 sifre"),
        ("PASSNUMMER", "12345678901", "Velg et av svarene"),
        ("", "12345678901", "Velg hva slags nummer"),
        ("DUFNUMMER", "", "Skriv nummeret"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_kept(client, mapper, kind, written, sentence):
    person = situations.a_person()
    response = client.post(page_of(person), {"add": "number", "kind": kind, "number": written})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Message.objects.count() == 1


def test_a_number_the_person_has_is_refused_in_plain_words_and_leaves_an_event(client, mapper):
    person = situations.a_person()
    row = person.identifiers.get()
    form = {"add": "number", "kind": row.kind, "number": row.number.open()}
    response = client.post(page_of(person), form)
    assert response.status_code == 422
    assert "Personen er registrert med dette nummeret" in response.content.decode()
    assert Event.objects.filter(verb=Verb.REFUSED, reason="number_known").count() == 1


def test_a_number_of_somebody_elsewhere_is_written_down_as_any_other(client, mapper):
    person, other = situations.a_person(born=None), situations.a_person(at=situations.a_unit("Agder fengsel"))
    number = Number(NumberKind.NATIONAL_ID, other.identifiers.get().number.open())
    assert client.post(page_of(person), number_form(number)).status_code == 302
    assert not person.identifiers.exists()
    assert other.identifiers.exists()
    assert not Event.objects.filter(subject=other.pk, actor=mapper.actor_id).exists()


def test_another_name_is_added_and_found(client, mapper):
    person = situations.a_person()
    assert client.post(page_of(person), {"add": "name", "alias": "Kallenavnet"}).status_code == 302
    assert "Kallenavnet" in client.get(page_of(person)).content.decode()
    assert person.name in client.post(reverse("desk:worklist"), {"q": "kallenavn"}).content.decode()


@pytest.mark.parametrize("blank", ["", " ", "\u200b", " \u200b\u00a0", "\u2060\ufeff", "\u3164", "\u0301"])
def test_a_name_that_shows_nothing_is_none(client, mapper, blank):
    person = situations.a_person()
    response = client.post(page_of(person), {"add": "name", "alias": blank})
    assert response.status_code == 422
    assert "Skriv navnet" in response.content.decode()
    assert aliases.of(Person.objects.get()) == []


def test_a_name_may_hold_what_joins_its_letters(client, mapper):
    person, name = situations.a_person(), "می\u200cخواهم"
    client.post(page_of(person), {"add": "name", "alias": name})
    assert aliases.of(Person.objects.get()) == [name]


def test_a_name_written_by_mistake_is_taken_away_once(client, mapper):
    person = situations.a_person()
    for name in ("Kallenavnet", "Skrevet Feil"):
        client.post(page_of(person), {"add": "name", "alias": name})
    assert "Fjern navnet Skrevet Feil" in client.get(page_of(person)).content.decode()
    assert client.post(page_of(person), {"remove": "Skrevet Feil"}).status_code == 302
    page = client.get(page_of(person)).content.decode()
    assert "Navnet er fjernet." in page
    assert "Skrevet Feil" not in page
    again = client.post(page_of(person), {"remove": "Skrevet Feil"})
    assert again.status_code == 409
    assert "Navnet er fjernet fra før" in again.content.decode()
    assert "Fjern navnet Kallenavnet" in again.content.decode()
    assert aliases.of(Person.objects.get()) == ["Kallenavnet"]


@pytest.mark.parametrize("sent", [{}, {"add": ""}, {"add": "alias", "alias": "Kallenavnet"}])
def test_what_adds_nothing_known_is_refused(client, mapper, sent):
    person = situations.a_person()
    assert client.post(page_of(person), sent).status_code == 400
    assert Event.objects.filter(verb=Verb.BAD_REQUEST, subject=person.pk).count() == 1


def test_a_number_that_brings_a_new_legal_status_ends_what_hung_on_the_old_one(client):
    mapping, delivery = situations.a_shared_interview()
    number, later = situations.a_number(NumberKind.D_NUMBER), (timezone.now() + timedelta(hours=1)).isoformat()
    people.receive_message(samples.new_dates(number, at=later, category="Varetekt"), by=BY)
    client.force_login(mapping.mapper)
    client.post(page_of(mapping.person), number_form(number))
    delivery.refresh_from_db()
    assert delivery.state != DeliveryState.CANCELLED
    leader_says_yes(Message.objects.get(why="FOR_HAAND"))
    situations.carry_out(mapping.person)
    delivery.refresh_from_db()
    assert delivery.state != DeliveryState.CANCELLED
    service_places(number, mapping.person, at=later, category="Varetekt")
    delivery.refresh_from_db()
    mapping.person.refresh_from_db()
    assert mapping.person.current_stay.legal_status == LegalStatus.REMAND
    assert delivery.state == DeliveryState.CANCELLED


def test_a_person_of_another_unit_is_not_there(client, mapper):
    other = situations.a_person(at=situations.a_unit("Agder fengsel"))
    assert client.get(page_of(other)).status_code == 404
    assert client.post(page_of(other), number_form(situations.a_number(NumberKind.DUF))).status_code == 404


@pytest.mark.parametrize("role", [Role.LEADER, Role.DECIDER])
def test_those_who_may_not_register_do_not_come_in(client, role):
    person = situations.a_person()
    client.force_login(situations.an_account(role))
    assert client.get(page_of(person)).status_code == 403
    assert page_of(person) not in client.get(reverse("desk:person", args=[person.pk])).content.decode()
