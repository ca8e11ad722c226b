"""The person page: what comes next on top, and one row for each recipient with the one thing to do."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from brik.mapping.questionnaire.themes import Theme
from brik.people.models import Person, Stay
from brik.staff.models import Organisation, OrganisationKind, Role, Staff
from brik.vault import keys
from consent.record.withdrawal.actions import Part
from followup.demo import telling
from followup.sharing import actions as sharing
from followup.sharing.models import Delivery, PartnerAnswerKind
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture(scope="module")
def beginning(demo_house):
    """Somebody of whom NAV has been told, the health service may be told, and the school may not."""
    with keys.ring():
        mapper, someone = situations.an_account(at=demo_house), situations.a_person(at=demo_house)
        telling.consent(someone, mapper, sharing={"NAV_STAT": ["ARBEID", "BOLIG"], "HELSE": ["HELSE"]})
        telling.share(telling.final(someone, mapper), mapper, telling.NAV)
        return mapper.pk, someone.pk


@pytest.fixture
def mapper(beginning, db):
    return Staff.objects.get(pk=beginning[0])


@pytest.fixture
def someone(beginning, db):
    return Person.objects.get(pk=beginning[1])


def read(client, user, person) -> str:
    client.force_login(user)
    return str(html.unescape(client.get(reverse("desk:person", args=[person.pk])).content.decode()))


def recipients(page: str) -> dict[str, str]:
    """What each row says, and where its link leads, by the name of the recipient."""
    table = re.search(r'<table class="brik-recipients">.*?</table>', page, re.DOTALL)
    rows = {}
    for name, rest in re.findall(r'<th scope="row">\s*(.*?)\s*(?:<span.*?)?</th>(.*?)</tr>', table[0], re.DOTALL):
        rows[name] = " ".join([*re.sub(r"<[^>]+>", " ", rest).split(), *re.findall(r'href="([^"]*)"', rest)])
    return rows


def test_each_recipient_has_one_row_with_its_state_and_the_one_thing_to_do(client, mapper, someone):
    rows = recipients(read(client, mapper, someone))
    mapping = Delivery.objects.get(person=someone).disclosure.mapping_id
    nav, health = (Organisation.objects.get(number=number) for number in (telling.NAV, telling.HEALTH))
    assert "I innboksen" in rows[nav.name]
    assert rows[nav.name].endswith(reverse("sharing:preview", args=[mapping, nav.pk]))
    assert "Ikke delt ennå Se og del" in rows[health.name]
    assert rows[health.name].endswith(reverse("sharing:preview", args=[mapping, health.pk]))
    assert rows["Skolen i fengselet"] == "Deles ikke"
    assert len(rows) == len(set(rows))


def test_whoever_may_be_told_has_a_row_before_there_is_anything_to_tell(client, mapper):
    person = situations.a_person(at=mapper.current_posts[0].unit)
    telling.consent(person, mapper, sharing={"NAV_STAT": ["ARBEID"], "HELSE": ["HELSE"]})
    nav, health = (Organisation.objects.get(number=number).name for number in (telling.NAV, telling.HEALTH))
    rows = recipients(read(client, mapper, person))
    assert rows[nav] == rows[health] == "Når kartleggingen er ferdig"
    assert rows["Skolen i fengselet"] == "Deles ikke"
    telling.interview(person, mapper, areas=1)
    assert recipients(read(client, mapper, person)) == rows
    situations.take_back(person, [Part.sharing(OrganisationKind.NAV_STATE, Theme.ARBEID)], by=mapper)
    rows = recipients(read(client, mapper, person))
    assert rows[OrganisationKind.NAV_STATE.entry.staff_label] == "Deles ikke nå"
    assert rows[health] == "Når kartleggingen er ferdig"
    situations.take_everything_back(person, by=mapper)
    assert "Når kartleggingen er ferdig" not in read(client, mapper, person)


def test_what_came_back_stands_in_the_row(client, mapper, someone):
    nav = Organisation.objects.get(number=telling.NAV)
    adviser = situations.an_account(Role.PARTNER, organisation=nav)
    sharing.answer(Delivery.objects.get(person=someone).disclosure, kind=PartnerAnswerKind.CANNOT_HELP, by=adviser)
    assert "Vi kan ikke hjelpe" in recipients(read(client, mapper, someone))[nav.name]


@pytest.mark.parametrize("role", [Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER])
def test_nobody_but_the_mapper_sees_a_recipient(client, mapper, someone, role):
    user = situations.an_account(role, at=mapper.current_posts[0].unit)
    page = read(client, user, someone)
    assert "brik-recipients" not in page
    assert "Deles ikke" not in page


def test_the_step_comes_first_and_the_release_beside_it_and_the_rest_is_folded(client, mapper, someone):
    page = read(client, mapper, someone)
    places = [page.index(words) for words in ("Neste steg", "Løslatelse</h2>", "brik-recipients", "Opphold og datoer")]
    assert places == sorted(places)
    assert "Se hva som kan deles" in page
    assert page.count('<details class="brik-folded">') == 4
    assert "<details open" not in page


@pytest.mark.parametrize("role", [Role.MAPPER, Role.CONTACT_OFFICER])
def test_who_was_not_offered_a_talk_is_to_be_offered_one(client, mapper, role):
    unit = mapper.current_posts[0].unit
    page = read(client, situations.an_account(role, at=unit), situations.a_person(at=unit))
    assert re.search(r'brik-first__step">\s*Tilby samtale', page)


@pytest.mark.parametrize("role", list(Role)[:4])
def test_the_likely_release_says_how_sure_it_is(client, mapper, role):
    unit = mapper.current_posts[0].unit
    person, today = situations.a_person(at=unit), timezone.localdate()
    stay = Stay.objects.filter(pk=person.current_stay.pk)
    stay.change(two_thirds=today + timedelta(days=80), end_date=today + timedelta(days=300))
    user = situations.an_account(role, at=unit)
    page = read(client, user, person)
    assert "Kan bli løslatt" in page
    assert "Om 80 dager. To tredjedeler. Dagen kan endres, og løslatelse på prøve kan nektes." in page
    stay.change(two_thirds=None)
    page = read(client, user, person)
    assert "Kan bli løslatt" not in page
    assert "Om 300 dager. Endt tid. Dagen kan endres." in page
