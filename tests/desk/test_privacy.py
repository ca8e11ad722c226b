"""The data-protection officer: events, and insight for one person."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from brik.audit import log
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people.models import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    someone = factories.staff(Role.PRIVACY)
    client.force_login(someone)
    return someone


def test_events_can_be_narrowed_to_a_person(client, officer):
    one, other = factories.person(), factories.person()
    for someone in (one, other):
        log.record(Verb.PERSON_READ, by=officer, subject=someone.pk)
    page = client.get(reverse("desk:events"), {"person": str(one.pk)}).content.decode()
    assert str(one.pk) in page
    assert str(other.pk) not in page


def test_events_can_be_narrowed_to_a_member_of_staff(client, officer):
    busy, idle = factories.staff(), factories.staff()
    log.record(Verb.PEOPLE_LISTED, by=busy)
    page = client.get(reverse("desk:events"), {"ansatt": busy.username}).content.decode()
    assert busy.name in page
    assert "Viste liste over personer" in page
    assert "Viste liste" not in client.get(reverse("desk:events"), {"ansatt": idle.username}).content.decode()


def test_events_can_be_narrowed_to_days(client, officer):
    someone = factories.person()
    tomorrow = timezone.localdate() + timedelta(days=1)
    page = client.get(reverse("desk:events"), {"fra": tomorrow.strftime("%d.%m.%Y")}).content.decode()
    assert str(someone.pk) not in page
    assert "Ingen hendelser passer" in page


def test_fifty_events_a_page_and_older_ones_behind_a_link(client, officer):
    for _ in range(60):
        log.record(Verb.PEOPLE_LISTED, by=officer, reason="tall")
    page = client.get(reverse("desk:events"), {"ansatt": officer.username}).content.decode()
    assert page.count("<tr>") == 51
    assert "eldre=" in page


def test_a_wrong_person_code_is_told(client, officer):
    response = client.get(reverse("desk:events"), {"person": "x"})
    assert "Dette er ikke en personkode" in response.content.decode()


def test_reading_events_is_an_event(client, officer):
    client.get(reverse("desk:events"))
    assert Event.objects.filter(verb=Verb.EVENTS_READ, actor=officer.actor_id).exists()


def test_insight_tells_who_has_read(client, officer):
    someone, reader = factories.person(), factories.staff()
    log.record(Verb.PERSON_READ, by=reader, subject=someone.pk)
    page = client.get(reverse("desk:extract", args=[someone.pk])).content.decode()
    assert reader.name in page
    assert someone.identifiers.first().number.open() in page
    assert Event.objects.filter(verb=Verb.PERSON_READ, actor=officer.actor_id, reason="extract").exists()


def test_a_number_leads_to_the_person_without_standing_in_the_address(client, officer):
    someone = factories.person()
    response = client.post(reverse("desk:find"), {"number": someone.identifiers.first().number.open()})
    assert response.url == reverse("desk:extract", args=[someone.pk])


@pytest.mark.parametrize("number", ["", "123", "Ola", "17858512345"])
def test_a_number_nobody_has_leads_nowhere(client, officer, number):
    factories.person()
    assert client.post(reverse("desk:find"), {"number": number}).status_code in (200, 422)


def test_nobody_else_comes_in(client):
    someone = factories.person()
    addresses = [
        reverse("desk:events"),
        reverse("desk:find"),
        reverse("desk:extract", args=[someone.pk]),
    ]
    for role in set(Role) - {Role.PRIVACY, Role.PARTNER}:
        client.force_login(factories.staff(role))
        assert [client.get(address).status_code for address in addresses] == [403] * 3


def test_insight_in_somebody_who_is_not_there_is_not_found(client, officer):
    assert client.get(reverse("desk:extract", args=[uuid.uuid4()])).status_code == 404
