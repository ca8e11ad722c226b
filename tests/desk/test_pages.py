"""The pages of the desk, through the browser's door: status, events, and who sees what."""

import pytest
from django.urls import reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people.models import Identifier
from brik.staff.models import Role
from consent.models import Talk
from tests import situations

pytestmark = pytest.mark.django_db


@pytest.fixture
def oslo():
    return situations.a_unit("Oslo fengsel")


@pytest.fixture(autouse=True)
def somebody_elsewhere():
    """Noise: never to be seen in Oslo."""
    return situations.a_person(at=situations.a_unit("Agder fengsel"), family="Annensteds")


def page_of(client, user, address: str) -> str:
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_worklist_names_the_people_of_the_unit_and_nobody_else(client, oslo):
    situations.a_person(at=oslo, family="Herværende")
    page = page_of(client, situations.an_account(at=oslo), reverse("desk:worklist"))
    assert "Herværende" in page
    assert "Annensteds" not in page


def test_looking_at_the_list_is_an_event(client, oslo):
    user = situations.an_account(at=oslo)
    page_of(client, user, reverse("desk:worklist"))
    assert Event.objects.filter(verb=Verb.PEOPLE_LISTED, actor=user.actor_id).count() == 1


def test_a_search_finds_by_part_of_a_name_in_my_units_only(client, oslo):
    situations.a_person(at=oslo, family="Søkeland")
    situations.a_person(at=situations.a_unit("Agder fengsel"), family="Søkelandet")
    client.force_login(situations.an_account(at=oslo))
    page = client.post(reverse("desk:worklist"), {"q": "søkel"}).content.decode()
    assert page.count("Søkeland") == 1
    assert "1 treff" in page


def test_a_search_finds_by_number(client, oslo):
    someone = situations.a_person(at=oslo, family="Nummerert")
    number = someone.identifiers.first().number.open()
    client.force_login(situations.an_account(at=oslo))
    assert "Nummerert" in client.post(reverse("desk:worklist"), {"q": number}).content.decode()
    client.force_login(situations.an_account(at=situations.a_unit("Agder fengsel")))
    assert "Nummerert" not in client.post(reverse("desk:worklist"), {"q": number}).content.decode()


def test_a_number_moved_to_another_person_finds_nobody_and_is_told(client, oslo):
    moved, victim = situations.a_person(at=oslo, family="Flyttet"), situations.a_person(at=oslo, family="Utpekt")
    number = moved.identifiers.get().number.open()
    lookup = moved.identifiers.get().lookup
    moved.identifiers.all().delete()
    Identifier.objects.filter(person=victim).update(lookup=lookup)
    client.force_login(situations.an_account(at=oslo))
    response = client.post(reverse("desk:worklist"), {"q": number})
    assert response.status_code == 409
    assert "Utpekt" not in response.content.decode()
    assert Event.objects.filter(verb=Verb.INTEGRITY_BROKEN, about__contains="desk:worklist").count() == 1


def test_a_search_event_holds_a_hash_and_not_what_was_searched_for(client, oslo):
    client.force_login(situations.an_account(at=oslo))
    client.post(reverse("desk:worklist"), {"q": "Hemmeligsen"})
    event = Event.objects.get(verb=Verb.PEOPLE_SEARCHED)
    assert len(bytes(event.term_hash)) == 32
    assert "hemmeligsen" not in str(event.__dict__).lower()


def test_an_empty_search_is_told_and_keeps_the_list(client, oslo):
    situations.a_person(at=oslo, family="Herværende")
    client.force_login(situations.an_account(at=oslo))
    response = client.post(reverse("desk:worklist"), {"q": " "})
    assert response.status_code == 422
    assert "Herværende" in response.content.decode()


def test_pages_hold_twenty_five_and_lead_on(client, oslo):
    for _ in range(27):
        situations.a_person(at=oslo)
    user = situations.an_account(at=oslo)
    first = page_of(client, user, reverse("desk:worklist"))
    assert first.count('<th scope="row">') == 25
    assert "?side=2" in first
    assert page_of(client, user, reverse("desk:worklist") + "?side=2").count('<th scope="row">') == 2


@pytest.mark.parametrize("query", ["?side=abc", "?side=99999", "?enhet=0", "?samtale=x", "?frist=';--"])
def test_nonsense_in_the_address_is_as_if_it_were_not_there(client, oslo, query):
    situations.a_person(at=oslo, family="Herværende")
    assert "Herværende" in page_of(client, situations.an_account(at=oslo), reverse("desk:worklist") + query)


def test_opening_a_person_is_an_event(client, oslo):
    someone, user = situations.a_person(at=oslo), situations.an_account(at=oslo)
    page_of(client, user, reverse("desk:person", args=[someone.pk]))
    event = Event.objects.get(verb=Verb.PERSON_READ)
    assert (event.subject, event.actor) == (someone.pk, user.actor_id)


def test_a_person_of_another_unit_is_not_there_and_the_attempt_is_remembered(client, oslo, somebody_elsewhere):
    user = situations.an_account(at=oslo)
    client.force_login(user)
    assert client.get(reverse("desk:person", args=[somebody_elsewhere.pk])).status_code == 404
    assert Event.objects.filter(verb=Verb.REFUSED, actor=user.actor_id).exists()


def test_the_name_is_in_no_title_and_no_address(client, oslo):
    someone = situations.a_person(at=oslo, family="Tittelløs")
    page = page_of(client, situations.an_account(at=oslo), reverse("desk:person", args=[someone.pk]))
    title = page[page.index("<title>") : page.index("</title>")]
    assert "Tittelløs" not in title
    assert "Tittelløs" in page


@pytest.mark.parametrize("role", [Role.INSIGHT, Role.PRIVACY, Role.SYSTEM])
def test_those_without_people_have_no_worklist(client, role):
    client.force_login(situations.an_account(role))
    assert client.get(reverse("desk:worklist")).status_code == 403


def test_a_decider_sees_the_same_page_whether_or_not_a_talk_was_begun(client, oslo):
    decider = situations.an_account(Role.DECIDER, at=oslo)
    asked = situations.a_person(at=oslo, days=9)
    address = reverse("desk:person", args=[asked.pk])

    def without_token(page: str) -> str:
        return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)

    before = without_token(page_of(client, decider, address))
    Talk.objects.create(person=asked, unit=oslo, kind="DOMFELT", started_by=situations.an_account(at=oslo))
    assert without_token(page_of(client, decider, address)) == before
