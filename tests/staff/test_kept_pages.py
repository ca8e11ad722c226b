"""A form is answered with a redirect; the page behind it is shown once, to the same browser and user."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brik.pages.unsaved import typist
from brik.staff.models import KeptPage, Role
from tests import canary, situations
from tests.kept_pages import PlainClient, waits

pytestmark = pytest.mark.django_db
WORD = "Uforvekslelig"


@pytest.fixture
def officer():
    return situations.an_account(Role.MAPPER)


@pytest.fixture
def inside(client, officer):
    client.force_login(officer)
    client.follows_kept = False
    return client


def search(client, **more):
    return client.post("/arbeidsliste/", {"q": WORD, **more})


def test_a_search_is_answered_with_a_redirect_that_says_nothing(inside):
    answer = search(inside)
    assert waits(answer)
    assert not answer.content
    assert WORD not in answer["Location"]
    page = inside.get(answer["Location"])
    assert page.status_code == 200
    assert WORD in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_a_form_with_errors_comes_back_with_its_words_its_errors_and_its_status(inside):
    answer = inside.post("/personer/ny/", {"family": WORD, "number": "1"})
    assert waits(answer)
    page = inside.get(answer["Location"])
    assert page.status_code == 422
    assert WORD in page.content.decode()
    assert 'class="ds-validation-message' in page.content.decode()


def test_the_page_is_shown_once_and_then_its_address_is_the_plain_one(inside):
    address = search(inside)["Location"]
    inside.get(address)
    again = inside.get(address)
    assert again.status_code == 302
    assert again["Location"] == "/arbeidsliste/"
    assert not KeptPage.objects.exists()


def test_the_rest_of_the_address_stays(inside):
    answer = inside.post("/arbeidsliste/?side=2&vist=tull", {"q": WORD})
    assert answer["Location"].startswith("/arbeidsliste/?side=2&vist=")
    assert "tull" not in answer["Location"]
    assert inside.get("/arbeidsliste/?side=2&vist=tull")["Location"] == "/arbeidsliste/?side=2"


def test_another_browser_gets_nothing(inside, officer):
    address = search(inside)["Location"]
    other = PlainClient()
    other.force_login(officer)
    assert other.get(address).status_code == 302
    search(other)
    assert other.get(address).status_code == 302
    assert WORD in inside.get(address).content.decode()


def test_another_user_of_the_same_browser_gets_nothing(inside):
    address = search(inside)["Location"]
    inside.force_login(situations.an_account(Role.MAPPER))
    assert inside.get(address).status_code == 302


def test_it_waits_for_a_minute(inside):
    address = search(inside)["Location"]
    KeptPage.objects.update(at=timezone.now() - timedelta(seconds=61))
    assert inside.get(address).status_code == 302
    search(inside)
    assert KeptPage.objects.count() == 1


def test_signing_out_deletes_what_waits(inside):
    search(inside)
    inside.post("/logg-ut/")
    assert not KeptPage.objects.exists()


def test_a_hidden_screen_shows_no_page_that_has_been_shown(inside):
    address = search(inside)["Location"]
    inside.get(address)
    inside.post("/skjul-skjermen/", {"next": "/om/"})
    assert inside.get(inside.get(address)["Location"])["Location"] == "/skjult/"


def test_what_is_sent_after_the_session_is_over_waits_behind_a_redirect_too(inside, officer):
    token = typist._signer().sign(str(officer.pk))
    inside.logout()
    answer = search(inside, **{typist.FIELD: token})
    assert waits(answer)
    page = inside.get(answer["Location"])
    assert page.status_code == 401
    assert WORD in page.content.decode()


def test_a_stranger_fills_no_table(client):
    client.post("/arbeidsliste/", {"q": WORD, typist.FIELD: "tull"})
    client.post("/logg-inn/", {"username": WORD, "password": "feil"})
    assert not KeptPage.objects.exists()


def test_scripts_get_their_answer_at_once(inside):
    answer = inside.post("/finnes-ikke/", headers={"X-Requested-With": "brik"})
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")


def test_the_table_says_nothing(inside):
    word = canary.word()
    inside.post("/arbeidsliste/", {"q": word})
    assert KeptPage.objects.exists()
    assert not canary.search([word], texts={"row": bytes(KeptPage.objects.get().sealed)})


def test_a_screen_that_is_hidden_meanwhile_shows_no_page_that_waits(inside):
    address = inside.post("/personer/ny/", {"family": WORD, "number": "1"})["Location"]
    inside.post("/skjul-skjermen/", {"next": "/om/"})
    page = inside.get(address)
    assert page.status_code == 302
    assert WORD not in page.content.decode()


def test_a_page_that_its_user_may_no_longer_open_is_not_shown(inside, officer):
    address = inside.post("/personer/ny/", {"family": WORD, "number": "1"})["Location"]
    officer.posts.change(until=timezone.localdate())
    page = inside.get(address)
    assert page.status_code == 403
    assert WORD not in page.content.decode()


def test_what_is_sent_without_a_session_does_not_fill_the_table(inside, officer):
    named = typist._signer().sign(str(officer.pk))
    inside.logout()
    for _ in range(30):
        answer = inside.post("/personer/ny/", {"family": WORD, typist.FIELD: named})
    assert answer.status_code == 401
    assert WORD in answer.content.decode()
    assert KeptPage.objects.count() == 20
