"""Nobody who decides leave, parole or transfer can tell who said yes, who said no and who was never asked."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from brik.people.models import Person
from brik.staff.models import Role, Unit
from brik.vault import keys
from followup.demo import telling
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture(scope="module")
def beginning(demo_house):
    """People who differ in nothing but what came of the talk. All arrived at the same moment."""
    with keys.ring():
        oslo = demo_house
        mapper = situations.an_account(at=oslo)
        told = {
            name: situations.a_person(at=oslo, days=9) for name in ("ja", "nei", "senere", "trukket", "delt", "aldri")
        }
        arrived = told["ja"].current_stay.arrived_at
        for someone in told.values():
            type(someone.current_stay).objects.filter(pk=someone.current_stay.pk).change(arrived_at=arrived)
        telling.consent(told["ja"], mapper)
        telling.closed(told["nei"], mapper, mapping="NEI")
        telling.closed(told["senere"], mapper, mapping="SNAKKE")
        telling.consent(told["trukket"], mapper, sharing=telling.ALL_OF_THEM)
        situations.a_withdrawal(told["trukket"], what=["alt"], said_at=timezone.now(), by=mapper)
        telling.consent(told["delt"], mapper, sharing=telling.ALL_OF_THEM)
        telling.share(telling.final(told["delt"], mapper), mapper, telling.NAV)
        return oslo.pk, {name: someone.pk for name, someone in told.items()}


@pytest.fixture
def oslo(beginning, db):
    return Unit.objects.get(pk=beginning[0])


@pytest.fixture
def people(beginning, db):
    return {name: Person.objects.get(pk=pk) for name, pk in beginning[1].items()}


def plain(page: str, *names: str) -> str:
    """The page without what differs from request to request: the form's token, the session's seconds, names, ids."""
    for name in names:
        page = page.replace(name, "NAVN")
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|data-seconds="\d+"', "", page)
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", page)


def person_pages(client, user, people) -> dict[str, str]:
    client.force_login(user)
    return {
        name: plain(client.get(reverse("desk:person", args=[someone.pk])).content.decode(), someone.name)
        for name, someone in people.items()
    }


def lines(page: str) -> list[str]:
    """The rows of the worklist, without names and ids."""
    return [re.sub(r"Testesen\d+", "NAVN", row) for row in re.findall(r"<tr>.*?</tr>", plain(page), re.DOTALL)[1:]]


def test_a_deciders_pages_are_the_same_bytes_for_everyone(client, oslo, people):
    pages = person_pages(client, situations.an_account(Role.DECIDER, at=oslo), people)
    assert len(set(pages.values())) == 1


def test_a_deciders_worklist_has_the_same_line_for_everyone(client, oslo, people):
    client.force_login(situations.an_account(Role.DECIDER, at=oslo))
    assert len(set(lines(client.get(reverse("desk:worklist")).content.decode()))) == 1


def test_a_leader_tells_only_offered_from_not_offered(client, oslo, people):
    leader = situations.an_account(Role.LEADER, at=oslo)
    pages = person_pages(client, leader, people)
    never = pages.pop("aldri")
    assert len(set(pages.values())) == 1
    assert never not in pages.values()
    client.force_login(leader)
    assert len(set(lines(client.get(reverse("desk:worklist")).content.decode()))) == 2


@pytest.mark.parametrize("role", [Role.DECIDER, Role.LEADER])
def test_the_order_of_the_list_does_not_follow_what_was_said(client, oslo, people, role):
    client.force_login(situations.an_account(role, at=oslo))
    page = client.get(reverse("desk:worklist")).content.decode()
    shown = re.findall(r'href="/personer/([0-9a-f-]{36})/"', page)
    assert shown == sorted(str(someone.pk) for someone in people.values())


@pytest.mark.parametrize("role", [Role.DECIDER, Role.LEADER])
@pytest.mark.parametrize("asked", ["nei", "utsatt", "trukket", "klar", "kartlagt", "avslutta", "nei+utsatt"])
def test_the_list_cannot_be_narrowed_to_what_was_said(client, oslo, people, role, asked):
    client.force_login(situations.an_account(role, at=oslo))
    everyone = client.get(reverse("desk:worklist")).content.decode()
    narrowed = client.get(reverse("desk:worklist"), {"samtale": asked}).content.decode()
    assert lines(narrowed) == lines(everyone)


@pytest.mark.parametrize("role", [Role.DECIDER, Role.LEADER])
def test_a_search_tells_no_more_than_the_list(client, oslo, people, role):
    client.force_login(situations.an_account(role, at=oslo))
    found = lines(client.post(reverse("desk:worklist"), {"q": "Testesen"}).content.decode())
    assert len(set(found)) == (1 if role is Role.DECIDER else 2)


def test_a_mapper_sees_what_was_said(client, oslo, people):
    client.force_login(situations.an_account(at=oslo))
    page = client.get(reverse("desk:worklist")).content.decode()
    for words in ("Vil ikke kartlegges", "Vil snakke med noen først", "Samtykke trukket", "Klar for kartlegging"):
        assert words in page


def test_a_contact_officers_pages_are_the_same_bytes_once_a_talk_was_held(client, oslo, people):
    pages = person_pages(client, situations.an_account(Role.CONTACT_OFFICER, at=oslo), people)
    never = pages.pop("aldri")
    assert len(set(pages.values())) == 1
    assert never not in pages.values()


def test_a_second_talk_does_not_show_to_a_contact_officer(client, oslo, people):
    officer = situations.an_account(Role.CONTACT_OFFICER, at=oslo)
    before = person_pages(client, officer, people)["nei"]
    telling.begin(people["nei"], situations.an_account(at=oslo), telling.opening("nb", mapping="JA"))
    assert person_pages(client, officer, people)["nei"] == before


@pytest.mark.parametrize("step", ["holdt", "samtale", "ikke_tilbudt", "kartlagt", "nei"])
def test_a_contact_officer_narrows_the_list_to_the_three_steps_and_to_nothing_else(client, oslo, people, step):
    client.force_login(situations.an_account(Role.CONTACT_OFFICER, at=oslo))
    found = lines(client.get(reverse("desk:worklist"), {"samtale": step}).content.decode())
    assert len(found) == {"holdt": 5, "samtale": 0, "ikke_tilbudt": 1}.get(step, 6)
    assert "Kartlegging" not in "".join(found)


def test_a_contact_officer_sees_that_a_talk_was_held_but_no_refusal(client, oslo, people):
    client.force_login(situations.an_account(Role.CONTACT_OFFICER, at=oslo))
    page = client.get(reverse("desk:worklist")).content.decode()
    assert page.count("Samtale holdt") >= 5
    assert "Vil ikke kartlegges" not in page
