"""What every answer says to the browser, the language of the pages, and the front page."""

import pytest
from django.urls import reverse

from brik.staff.models import Role
from tests import situations

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "media-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
ADDRESSES = ["/", "/logg-inn/", "/om/", "/okt/", "/skjult/", "/logget-ut/", "/ingen/", "/logg-ut/"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("inside", [True, False])
def test_no_answer_is_kept_and_every_answer_carries_the_policy(client, address, inside):
    if inside:
        client.force_login(situations.an_account(Role.MAPPER))
    answer = client.get(address)
    assert "no-store" in answer["Cache-Control"]
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_static_files_may_be_kept(client):
    answer = client.get("/static/brik.css")
    assert answer.status_code == 200
    assert "no-store" not in answer["Cache-Control"]
    answer.close()


def test_cookies_are_out_of_reach_of_scripts(client):
    officer = situations.an_account(Role.MAPPER)
    client.post("/logg-inn/", {"username": officer.username, "password": situations.PASSWORD})
    client.get("/om/")
    client.post("/sprak/", {"language": "nn"})
    client.post("/til-bekreftelse/1/", {})
    assert set(client.cookies) == {"session", "activity", "browser", "kept", "csrf", "django_language"}
    for cookie in client.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key


def test_the_chosen_language_survives_signing_in(client):
    officer = situations.an_account(Role.MAPPER)
    answer = client.post("/sprak/", {"language": "nn", "next": "/logg-inn/"})
    assert answer["Location"] == "/logg-inn/"
    assert '<html lang="nn" dir="ltr"' in client.get("/logg-inn/").content.decode()
    client.post("/logg-inn/", {"username": officer.username, "password": situations.PASSWORD})
    assert '<html lang="nn" dir="ltr"' in client.get("/om/").content.decode()


def test_the_browsers_own_wish_does_not_change_the_language(client):
    answer = client.get("/logg-inn/", headers={"accept-language": "ar,en;q=0.9"})
    assert '<html lang="nb" dir="ltr"' in answer.content.decode()


@pytest.mark.parametrize("code", ["ar", "xx", "", "nb'"])
def test_a_language_the_staffs_pages_do_not_have_is_refused(client, code):
    assert client.post("/sprak/", {"language": code}).status_code == 400


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/", "om/"])
def test_choosing_a_language_never_leads_out_of_the_house(client, address):
    assert client.post("/sprak/", {"language": "en", "next": address})["Location"] == "/"


def test_who_has_no_role_is_told_so(client):
    client.force_login(situations.an_account(Role.SYSTEM))
    answer = client.get("/", follow=True)
    assert answer.status_code == 200


def test_the_menu_shows_only_what_one_may_see_and_home_leads_to_the_first(client, monkeypatch):
    from brik import menu
    from brik.people.permissions import PeoplePermission
    from brik.staff.permissions import StaffPermission

    monkeypatch.setattr(
        menu,
        "MENU",
        [("pages:session", "Løyndom", StaffPermission.ADMINISTER), ("pages:about", "Om", PeoplePermission.SEE_PEOPLE)],
    )
    client.force_login(situations.an_account(Role.MAPPER))
    assert client.get("/")["Location"] == reverse("pages:about")
    text = client.get("/om/").content.decode()
    assert "Løyndom" not in text
    assert '<a href="/om/" aria-current="page">Om</a>' in text
