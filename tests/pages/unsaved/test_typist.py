"""What was typed goes to nobody but the user it was typed by."""

import pytest
from django.core.signing import Signer
from django.urls import reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.pages.unsaved import typist
from brik.people import protection
from brik.people.models import Person
from tests import situations
from tests.pages.unsaved.browsing import Browser, form_on, words_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
WORD = "Et uforvekslelig ord"
TYPED = {"address_grade": "INGEN", "note": WORD}


@pytest.fixture
def mapper():
    return situations.an_account()


@pytest.fixture
def address(mapper):
    return reverse("desk:protection", args=[situations.a_person(at=mapper.current_posts[0].unit).pk])


def test_whoever_signs_in_next_gets_a_sentence_and_none_of_the_words(mapper, address):
    browser = Browser(mapper)
    form = browser.open(address)
    browser.lose_session()
    held = browser.send(form, **TYPED)
    browser.sign_in(situations.an_account())
    answer = browser.send(form_on(held))
    assert answer.status_code == 403
    assert "Dette er skrevet av en annen" in words_on(answer)
    assert WORD not in answer.content.decode()
    assert protection.of(Person.objects.get())["note"] == ""


def test_a_form_of_another_user_is_not_taken_even_with_a_good_form_token(mapper, address):
    other = Browser(situations.an_account())
    action, fields = other.open(address)
    answer = other.client.post(
        action, {**fields, typist.FIELD: Signer(salt="brik.pages.typist").sign(mapper.pk), **TYPED}
    )
    assert answer.status_code == 403
    assert WORD not in answer.content.decode()
    assert protection.of(Person.objects.get())["note"] == ""
    assert Event.objects.filter(verb=Verb.REFUSED, reason__contains="typed_by_another").exists()


@pytest.mark.parametrize("forged", ["", "x", "1:1", Signer(salt="another").sign("1")])
def test_what_no_page_of_ours_has_sent_is_not_held(client, mapper, address, forged):
    """A stranger's form could otherwise be sent on from here as the user's own."""
    answer = client.post(address, {**TYPED, typist.FIELD: forged})
    assert (answer.status_code, answer.url) == (302, f"/logg-inn/?next={address.replace('/', '%2F')}&lost=1")
    browser = Browser(mapper)
    answer = browser.client.post(address, {**TYPED, typist.FIELD: forged})
    assert answer.status_code == 403
    assert WORD not in answer.content.decode()


def test_a_page_for_nobody_names_nobody(client):
    assert typist.FIELD not in client.get(reverse("pages:login")).content.decode()
