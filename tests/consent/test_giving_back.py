"""Whoever held a talk has its last page until the screen is given back, and its paper for a while after."""

import time

import pytest
from django.urls import reverse

from brik.staff.models import Role
from consent.models import Consent
from consent.record import steps
from consent.talk import give_back
from tests import situations
from tests.consent.talk_pages import post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisations")]


@pytest.fixture
def holder(client):
    by = situations.an_account(Role.CONTACT_OFFICER)
    client.force_login(by)
    return by


def sign(client, by) -> Consent:
    talk = situations.a_talk(situations.a_person(), by, stop_before=steps.SIGNATURE)
    response = post(client, talk, steps.SIGNATURE, method="TYPED", name=talk.person.name, confirmed="on")
    consent = Consent.objects.get()
    assert response.url == reverse("consent:done", args=[consent.pk])
    return consent


def refuse(client, by) -> Consent:
    """The last page of a no is the one that is sent: with it the screen is given back."""
    talk = situations.a_talk(situations.a_person(), by, mapping="NEI", stop_before=steps.CLOSING)
    assert post(client, talk, steps.CLOSING).url == reverse("pages:hidden")
    return Consent.objects.get()


def address(name: str, consent: Consent) -> str:
    return reverse(f"consent:{name}", args=[consent.pk])


def statuses(client, consent: Consent) -> dict[str, int]:
    return {name: client.get(address(name, consent)).status_code for name in ("done", "paper", "receipt", "read")}


def test_a_contact_officer_has_the_last_page_until_the_screen_is_given_back_and_then_the_paper(client, holder):
    consent = sign(client, holder)
    assert statuses(client, consent) == {"done": 200, "paper": 404, "receipt": 404, "read": 403}
    assert client.post(address("give_back", consent)).url == reverse("pages:hidden")
    assert client.get(address("receipt", consent)).url == reverse("pages:hidden")
    shown = client.post(reverse("pages:hidden"), {"password": situations.PASSWORD})
    assert shown.url == address("paper", consent)
    assert address("receipt", consent) in client.get(shown.url).content.decode()
    assert statuses(client, consent) == {"done": 404, "paper": 200, "receipt": 200, "read": 403}


def test_after_a_no_the_password_opens_the_way_to_the_paper(client, holder):
    consent = refuse(client, holder)
    shown = client.post(reverse("pages:hidden"), {"password": situations.PASSWORD})
    assert shown.url == address("paper", consent)
    assert statuses(client, consent) == {"done": 404, "paper": 200, "receipt": 200, "read": 403}


def test_the_paper_cannot_be_printed_for_longer_than_it_takes(client, holder):
    consent = refuse(client, holder)
    client.post(reverse("pages:hidden"), {"password": situations.PASSWORD})
    session = client.session
    pk, until = session["paper_of_consent"]
    assert (pk, until <= time.time() + give_back.PAPER_SECONDS) == (str(consent.pk), True)
    session["paper_of_consent"] = (pk, until - give_back.PAPER_SECONDS)
    session.save()
    assert statuses(client, consent) == {"done": 404, "paper": 404, "receipt": 404, "read": 403}
    assert client.post(address("give_back", consent)).status_code == 404


@pytest.mark.parametrize("end", [sign, refuse])
def test_another_session_of_whoever_held_the_talk_opens_nothing(client, holder, end):
    consent = end(client, holder)
    client.logout()
    client.force_login(holder)
    assert statuses(client, consent) == {"done": 404, "paper": 404, "receipt": 404, "read": 403}


def test_a_session_that_goes_on_under_another_name_opens_nothing(client, holder):
    consent = sign(client, holder)
    client.force_login(situations.an_account(Role.CONTACT_OFFICER))
    session = client.session
    session["signed_consent"] = str(consent.pk)
    session["paper_of_consent"] = (str(consent.pk), int(time.time()) + give_back.PAPER_SECONDS)
    session.save()
    assert statuses(client, consent) == {"done": 404, "paper": 404, "receipt": 404, "read": 403}


def test_a_mapper_comes_to_the_consent_with_the_password(client):
    mapper = situations.an_account()
    client.force_login(mapper)
    consent = sign(client, mapper)
    client.post(address("give_back", consent))
    shown = client.post(reverse("pages:hidden"), {"password": situations.PASSWORD})
    assert shown.url == address("read", consent)
    assert set(statuses(client, consent).values()) == {200}


def test_no_consent_is_on_the_page_of_a_person_for_who_held_the_talk(client, holder):
    consent = sign(client, holder)
    client.post(address("give_back", consent))
    client.post(reverse("pages:hidden"), {"password": situations.PASSWORD})
    page = client.get(reverse("desk:person", args=[consent.person_id])).content.decode()
    assert "Samtale holdt" in page
    assert address("read", consent) not in page
