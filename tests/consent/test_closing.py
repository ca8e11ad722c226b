"""Whoever held a talk reads it until it is signed; the last page and the paper until the screen is handed back."""

import pytest
from django.urls import reverse

from brik.staff.models import Role
from consent.models import Consent
from consent.record import steps
from tests import situations
from tests.consent.talk_pages import post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisations")]


@pytest.fixture
def holder(client):
    by = situations.an_account(Role.CONTACT_OFFICER)
    client.force_login(by)
    return by


def sign(client, by, mapping="NEI") -> Consent:
    talk = situations.a_talk(situations.a_person(), by, mapping=mapping, stop_before=steps.CLOSING)
    talk.refresh_from_db()
    step = steps.CLOSING
    if mapping == "JA":
        step = steps.SIGNATURE
        talk = situations.a_talk(talk.person, by, stop_before=steps.SIGNATURE)
    fields = {"method": "TYPED", "name": talk.person.name, "confirmed": "on"} if step == steps.SIGNATURE else {}
    response = post(client, talk, step, **fields)
    consent = Consent.objects.get()
    assert response.url == reverse("consent:done", args=[consent.pk])
    return consent


def statuses(client, consent: Consent) -> list[int]:
    names = ("consent:done", "consent:receipt", "consent:read")
    return [client.get(reverse(name, args=[consent.pk])).status_code for name in names]


@pytest.mark.parametrize("mapping", ["JA", "NEI"])
def test_a_contact_officer_has_the_last_page_and_the_paper_until_the_screen_is_handed_back(client, holder, mapping):
    consent = sign(client, holder, mapping)
    assert statuses(client, consent) == [200, 200, 403]
    assert (
        reverse("consent:receipt", args=[consent.pk])
        in client.get(reverse("consent:done", args=[consent.pk])).content.decode()
    )
    assert client.post(reverse("consent:hand_back", args=[consent.pk])).url == reverse("pages:hidden")
    assert client.get(reverse("consent:done", args=[consent.pk])).url == reverse("pages:hidden")
    shown = client.post(reverse("pages:hidden"), {"password": situations.PASSWORD})
    assert shown.url == reverse("desk:person", args=[consent.person_id])
    assert statuses(client, consent) == [404, 404, 403]


def test_another_session_of_whoever_held_the_talk_opens_nothing(client, holder):
    consent = sign(client, holder)
    client.logout()
    client.force_login(holder)
    assert statuses(client, consent) == [404, 404, 403]


def test_a_session_that_goes_on_under_another_name_opens_nothing(client, holder):
    consent = sign(client, holder)
    client.force_login(situations.an_account(Role.CONTACT_OFFICER))
    session = client.session
    session["signed_consent"] = str(consent.pk)
    session.save()
    assert statuses(client, consent) == [404, 404, 403]


def test_a_mapper_comes_to_the_consent_with_the_password(client):
    mapper = situations.an_account()
    client.force_login(mapper)
    consent = sign(client, mapper)
    client.post(reverse("consent:hand_back", args=[consent.pk]))
    shown = client.post(reverse("pages:hidden"), {"password": situations.PASSWORD})
    assert shown.url == reverse("consent:read", args=[consent.pk])
    assert statuses(client, consent) == [200, 200, 200]


def test_no_consent_is_on_the_page_of_a_person_for_who_held_the_talk(client, holder):
    consent = sign(client, holder, "JA")
    client.post(reverse("consent:hand_back", args=[consent.pk]))
    client.post(reverse("pages:hidden"), {"password": situations.PASSWORD})
    page = client.get(reverse("desk:person", args=[consent.person_id])).content.decode()
    assert "Samtale holdt" in page
    assert reverse("consent:read", args=[consent.pk]) not in page
