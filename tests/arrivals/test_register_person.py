"""Registering by hand, and restrictions and address grades: who may, and what is refused in plain words."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from brik.arrivals import actions as arrivals
from brik.arrivals.models import Message
from brik.arrivals.timeline import joined_records
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people import actions, protection
from brik.people.identifiers.numbers import NATIONAL_IDS, NumberKind
from brik.people.models import LegalStatus, Person
from brik.staff.models import Role
from tests import situations
from tests.arrivals import samples

pytestmark = [pytest.mark.django_db]
NEW = "/personer/ny/"


@pytest.fixture
def mapper(client):
    staff = situations.an_account(Role.MAPPER, at=situations.a_unit())
    client.force_login(staff)
    return staff


def told(mapper, **other):
    return {
        "kind": "FOEDSELSNUMMER",
        "number": situations.a_number().value,
        "given": "Prøve",
        "family": "Testesen",
        "unit": str(mapper.current_posts[0].unit_id),
        "category": "Ubetinget",
        "arrived": timezone.localdate().strftime("%d.%m.%Y"),
        **other,
    }


def service_places(number, mapper):
    """The service tells of somebody with the number in the mapper's unit."""
    unit = mapper.current_posts[0].unit
    return arrivals.receive_message(samples.transfer(number, to=(unit.number, unit.name)), by=Process("intake"))


def errors_in(answer):
    assert answer.status_code == 422
    assert not Person.objects.filter(identifiers=None).exists()
    return answer.content.decode()


@pytest.mark.parametrize("kind", list(NumberKind))
def test_somebody_is_registered_with_any_kind_of_number(client, mapper, kind):
    # Which of the two national ids it is follows from the number.
    chosen = NumberKind.NATIONAL_ID if kind in NATIONAL_IDS else kind
    number = situations.a_number(kind)
    answer = client.post(NEW, told(mapper, kind=chosen.value, number=number.value))
    person = Person.objects.visible_to(mapper).get()
    assert answer.headers["Location"] == f"/personer/{person.pk}/registrert/"
    assert client.get(answer.headers["Location"]).status_code == 200
    assert (person.name, person.current_stay.legal_status) == ("Prøve Testesen", LegalStatus.CONVICTED)
    assert not person.identifiers.exists()
    arrivals.resolve(Message.objects.parked().get(), same=True, by=situations.an_account(Role.LEADER))
    assert not person.identifiers.exists()
    service_places(number, mapper)
    assert person.identifiers.get().kind == kind.value


def test_somebody_is_registered_without_any_number(client, mapper):
    client.post(NEW, told(mapper, kind="INGEN", number=""))
    assert not Person.objects.get().identifiers.exists()


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ({"given": "", "family": "Madonna"}, "Madonna"),
        ({"given": "Madonna", "family": ""}, "Madonna"),
        ({"given": "\u202eSiobhán\u2066", "family": "O’Connor\u200b"}, "Siobhán O’Connor"),
    ],
)
def test_one_name_is_enough_and_it_is_cleaned(client, mapper, names, shown):
    assert client.post(NEW, told(mapper, **names)).status_code == 302
    assert Person.objects.get().name == shown


@pytest.mark.parametrize("invisible", ["", " ", "\u200b", "\u2800\u3164"])
def test_no_name_at_all_is_told_at_the_field(client, mapper, invisible):
    page = errors_in(client.post(NEW, told(mapper, given=invisible, family=invisible)))
    assert page.count("Skriv navnet. Ett navn er nok.") == 2  # in the list and at the field
    assert not Person.objects.exists()


def test_a_category_is_written_for_people_and_kept_as_the_service_writes_it(client, mapper):
    page = client.get(NEW).content.decode()
    assert '<option value="Boetesoning">Bøtesoning</option>' in page
    assert "ubet.d.<" not in page
    client.post(NEW, told(mapper, category="Boetesoning"))
    assert Person.objects.get().current_stay.category == "Boetesoning"


def test_a_message_about_the_same_number_joins_the_one_registered_by_hand(client, mapper):
    number = situations.a_number()
    client.post(NEW, told(mapper, number=number.value))
    arrivals.resolve(Message.objects.parked().get(), same=True, by=situations.an_account(Role.LEADER))
    assert service_places(number, mapper).person == Person.objects.get()


def test_until_the_leader_has_answered_nothing_of_another_record_is_joined_or_shown(client, mapper):
    elsewhere = situations.a_person(at=situations.a_unit("Agder fengsel"))
    number = elsewhere.identifiers.get().number.open()
    answer = client.post(NEW, told(mapper, number=number), follow=True)
    assert "Personen er registrert" in answer.content.decode()
    assert elsewhere.name not in answer.content.decode()
    own = Person.objects.visible_to(mapper).get()
    assert own != elsewhere
    assert not own.identifiers.exists()
    assert elsewhere.identifiers.exists()


def test_a_leader_who_says_no_leaves_the_person_registered_without_the_number(client, mapper):
    number = situations.a_number()
    client.post(NEW, told(mapper, number=number.value))
    person, row = Person.objects.get(), Message.objects.parked().get()
    leader = situations.an_account(Role.LEADER)
    arrivals.resolve(row, same=False, by=leader)
    row.refresh_from_db()
    assert (row.fate, row.person) == ("UTEN_NUMMER", person)
    assert not Message.objects.parked().exists()
    assert not person.identifiers.exists()
    assert Person.objects.visible_to(mapper).get() == person
    assert service_places(number, mapper).person != person
    arrivals.resolve(row, same=True, by=leader)
    assert person.identifiers.exists()


def test_two_who_register_the_same_number_make_one_person_when_leader_and_service_say_so(client, mapper):
    number = situations.a_number()
    for _ in range(2):
        assert client.post(NEW, told(mapper, number=number.value)).status_code == 302
    assert Person.objects.exclude(current_stay=None).count() == 2
    leader = situations.an_account(Role.LEADER)
    for row in Message.objects.parked():
        arrivals.resolve(row, same=True, by=leader)
    service_places(number, mapper)
    assert Person.objects.exclude(current_stay=None).count() == 1


def test_nobody_writes_numbers_without_end(client, mapper, settings):
    settings.BY_HAND_TRIES_ACCOUNT = 3
    for _ in range(3):
        assert client.post(NEW, told(mapper)).status_code == 302
    page = client.post(NEW, told(mapper))
    assert page.status_code == 422
    assert "mange nummer på kort tid" in page.content.decode()
    form = {"add": "number", "kind": "DUFNUMMER", "number": situations.a_number(NumberKind.DUF).value}
    known_as = client.post(f"/personer/{Person.objects.first().pk}/kjent-som/", form)
    assert "mange nummer på kort tid" in known_as.content.decode()
    assert Person.objects.count() == 3
    assert Event.objects.filter(reason="too_many_by_hand", actor=str(mapper.pk)).count() == 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("number", "12345678901", "ikke gyldig"),
        ("number", "123", "11 sifre"),
        ("kind", "PASSNUMMER", "Velg et av svarene"),
        ("category", "Samfunnstraff", "Velg et av svarene"),
        ("unit", "999999", "Velg et av svarene"),
        ("arrived", "i går", "dag, måned og år"),
        ("arrived", "31.2.2026", "Dagen må være mellom 1 og 28 i februar 2026."),
        ("arrived", "31.12.2099", "etter"),
        ("ends", "1.1.2001", "før personen kom"),
        ("given", "x" * 121, "for lang"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_kept(client, mapper, field, value, sentence):
    assert sentence in errors_in(client.post(NEW, told(mapper, **{field: value})))
    assert not Person.objects.exists()


def test_made_up_numbers_are_refused_outside_demonstrations(client, mapper, settings):
    settings.SYNTHETIC_PEOPLE_ALLOWED = False
    assert "oppdiktet" in errors_in(client.post(NEW, told(mapper)))
    outcome = arrivals.receive_message(samples.arrival(situations.a_number()), by=Process("intake"))
    assert outcome.reason.startswith("Fnr: ")
    assert not Person.objects.exists()


def test_one_cannot_register_into_another_unit(client, mapper):
    elsewhere = situations.a_unit("Agder fengsel")
    errors_in(client.post(NEW, told(mapper, unit=str(elsewhere.pk))))
    assert not Person.objects.exists()


@pytest.mark.parametrize("role", [Role.LEADER, Role.DECIDER, Role.PRIVACY, Role.SYSTEM])
def test_others_may_not_register(client, role):
    client.force_login(situations.an_account(role))
    assert client.get(NEW).status_code == 403
    assert client.get(f"/personer/{situations.a_person().pk}/hensyn/").status_code == 403


# --- Restrictions and address grade ----------------------------------------------------------------------------------


def page_of(person):
    return f"/personer/{person.pk}/hensyn/"


def test_restrictions_and_address_grade_are_sealed_and_leave_an_event(client, mapper):
    person = situations.a_person(at=situations.a_unit())
    form = {
        "address_grade": "FORTROLIG",
        "restrictions": ["MEDIEFORBUD"],
        "note": "Kort",
        "version": person.row_version,
    }
    assert client.post(page_of(person), form).status_code == 302
    person.refresh_from_db()
    assert person.protection.open() == {"address_grade": "FORTROLIG", "restrictions": ["MEDIEFORBUD"], "note": "Kort"}
    assert Event.objects.filter(verb=Verb.RESTRICTIONS_CHANGED, subject=person.pk).count() == 1


def test_what_was_entered_meanwhile_is_not_overwritten(client, mapper):
    person = situations.a_person(at=situations.a_unit())
    form = {"address_grade": "INGEN", "version": person.row_version}
    actions.set_protection(person, address_grade="STRENGT_FORTROLIG", restrictions=[], by=mapper)
    assert client.post(page_of(person), form).status_code == 409
    assert client.post(page_of(person), {**form, "version": "x"}).status_code == 409
    person.refresh_from_db()
    assert protection.of(person)["address_grade"] == "STRENGT_FORTROLIG"


def test_a_forged_choice_is_refused(client, mapper):
    person = situations.a_person(at=situations.a_unit())
    form = {"address_grade": "HEMMELIG", "restrictions": ["FORBUD"], "version": person.row_version}
    assert client.post(page_of(person), form).status_code == 422
    assert Person.objects.get().protection is None


def test_a_person_of_another_unit_is_not_there(client, mapper):
    other = situations.a_person(at=situations.a_unit("Agder fengsel"))
    for address in (page_of(other), f"{page_of(other)}lagret/", f"/personer/{other.pk}/registrert/"):
        assert client.get(address).status_code == 404
    assert client.post(page_of(other), {"address_grade": "INGEN", "version": "1"}).status_code == 404
    assert Event.objects.filter(verb=Verb.REFUSED, subject=other.pk).count() == 4


def test_the_action_itself_asks_who_enters_the_protection_of_whom():
    other = situations.a_person(at=situations.a_unit("Agder fengsel"))
    with pytest.raises(PermissionDenied):
        actions.set_protection(other, address_grade="FORTROLIG", restrictions=[], by=situations.an_account())
    assert protection.of(Person.objects.get())["address_grade"] == ""


def test_when_two_records_become_one_the_strictest_protection_holds():
    one, other = situations.a_person(), situations.a_person()
    by = situations.an_account()
    actions.set_protection(one, address_grade="KLIENT_ADRESSE", restrictions=["ISOLASJON"], by=by)
    actions.set_protection(other, address_grade="STRENGT_FORTROLIG", restrictions=["MEDIEFORBUD"], note="Nytt", by=by)
    one.refresh_from_db()
    other.refresh_from_db()
    joined_records.combine(one, other, by=Process("intake"))
    kept = {"address_grade": "STRENGT_FORTROLIG", "restrictions": ["ISOLASJON", "MEDIEFORBUD"], "note": "Nytt"}
    assert protection.of(Person.objects.get(pk=one.pk)) == kept
    assert protection.strictest(one, other) is None


def test_a_future_arrival_is_no_arrival(client, mapper):
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert "etter" in errors_in(client.post(NEW, told(mapper, arrived=tomorrow.strftime("%d.%m.%Y"))))


def test_the_worklist_leads_those_who_may_to_the_register_and_nobody_else(client, mapper):
    assert f'href="{NEW}"' in client.get("/arbeidsliste/").content.decode()
    client.force_login(situations.an_account(Role.LEADER))
    assert NEW not in client.get("/arbeidsliste/").content.decode()
