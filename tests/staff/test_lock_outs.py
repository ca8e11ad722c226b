"""Nobody shuts anybody else out by guessing, and nobody stays in after their account is closed."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.staff import actions
from brik.staff.models import Role
from brik.staff.sign_in.attempts import ThrottledAttempt
from tests import situations
from tests.situations import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return situations.an_account(Role.MAPPER)


def knock(client, username, password=PASSWORD):
    return client.post("/logg-inn/", {"username": username, "password": password})


def signed_in(client):
    return client.get("/okt/").status_code == 200


def strangers_guess(officer):
    """Strangers use up the account's tries, and those of the address with other accounts."""
    for _ in range(settings.LOGIN_TRIES_ACCOUNT + 1):
        knock(Client(), officer.username, "feil")
    assert knock(Client(), officer.username).status_code == 429


def test_a_stranger_s_guesses_do_not_shut_an_officer_s_hidden_screen(client, officer):
    knock(client, officer.username)
    client.post("/skjul-skjermen/", {"next": "/om/"})
    strangers_guess(officer)
    assert client.post("/skjult/", {"password": PASSWORD})["Location"] == "/om/"


def test_a_stranger_s_guesses_do_not_stop_an_officer_from_choosing_another_password(client, officer):
    knock(client, officer.username)
    strangers_guess(officer)
    new = "fire ord uten sammenheng"
    assert client.post("/passord/", {"old": PASSWORD, "new": new, "again": new}).status_code == 302


def test_guesses_at_one_hidden_screen_shut_no_other_session(client, officer):
    elsewhere = Client()
    for browser in (client, elsewhere):
        knock(browser, officer.username)
        browser.post("/skjul-skjermen/", {"next": "/om/"})
    for _ in range(settings.LOGIN_TRIES_ACCOUNT):
        elsewhere.post("/skjult/", {"password": "feil"})
    assert elsewhere.post("/skjult/", {"password": PASSWORD}).status_code == 429
    assert client.post("/skjult/", {"password": PASSWORD}).status_code == 302


def test_a_browser_where_one_has_signed_in_before_lets_one_in_whatever_strangers_do(client, officer):
    knock(client, officer.username)
    client.post("/logg-ut/")
    client.get("/logget-ut/")
    strangers_guess(officer)
    assert knock(client, officer.username).status_code == 302


def test_an_address_that_is_shut_is_open_to_browsers_that_it_knows(client, officer, settings):
    settings.LOGIN_TRIES_ADDRESS = 3
    knock(client, officer.username)
    client.post("/logg-ut/")
    for _ in range(3):
        knock(Client(), situations.an_account(Role.MAPPER).username, "feil")
    assert knock(Client(), officer.username).status_code == 429
    assert knock(client, officer.username).status_code == 302


def test_a_known_browser_has_no_more_tries_than_others(client, officer):
    knock(client, officer.username)
    client.post("/logg-ut/")
    for _ in range(settings.LOGIN_TRIES_ACCOUNT):
        assert knock(client, officer.username, "feil").status_code == 422
    assert knock(client, officer.username).status_code == 429
    # And what is tried there is counted for nobody else.
    assert knock(Client(), officer.username).status_code == 302


def test_a_browser_is_known_for_those_who_have_signed_in_there_and_for_no_others(client, officer):
    colleague = situations.an_account(Role.MAPPER)
    knock(client, officer.username)
    client.post("/logg-ut/")
    strangers_guess(colleague)
    assert knock(client, colleague.username).status_code == 429


def test_several_officers_share_a_machine(client, officer):
    colleague = situations.an_account(Role.MAPPER)
    for account in (officer, colleague):
        knock(client, account.username)
        client.post("/logg-ut/")
    strangers_guess(officer)
    assert knock(client, officer.username).status_code == 302


@pytest.mark.parametrize("forged", ["", "tull", "WyJhIixbImIiXV0:1abcde:tull"])
def test_a_cookie_that_is_not_ours_makes_no_browser_known(client, officer, forged):
    strangers_guess(officer)
    client.cookies[settings.BROWSER_COOKIE_NAME] = forged
    assert knock(client, officer.username).status_code == 429


def test_the_cookie_names_nobody_and_no_script_reads_it(client, officer):
    knock(client, officer.username)
    cookie = client.cookies[settings.BROWSER_COOKIE_NAME]
    assert cookie["httponly"]
    assert officer.username not in cookie.value
    assert str(officer.pk) not in cookie.value
    elsewhere = Client()
    elsewhere.cookies[settings.BROWSER_COOKIE_NAME] = cookie.value
    assert not signed_in(elsewhere)


def test_made_up_names_shut_no_address(client, officer, settings):
    settings.LOGIN_TRIES_ADDRESS = 3
    for number in range(6):
        assert knock(Client(), f"ukjent{number}", "feil").status_code == 422
    assert knock(client, officer.username).status_code == 302


def test_a_made_up_name_is_throttled_like_an_account(officer, monkeypatch):
    def answers(username):
        sent = [knock(Client(), username, "feil") for _ in range(settings.LOGIN_TRIES_ACCOUNT + 1)]
        return [(answer.status_code, answer.get("Retry-After", "")) for answer in sent]

    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert answers("finnes-ikke") == answers(officer.username)


def test_a_made_up_name_takes_the_same_statements_as_an_account(officer):
    def statements(username):
        with CaptureQueriesContext(connection) as queries:
            page = knock(Client(), username, "feil").content.decode()
        shapes = [re.sub(r"'[^']*'(::\w+)?|\b\d+\b", "?", query["sql"]) for query in queries]
        return shapes, page.replace(username, "").count("\n")

    statements("nobody")
    assert statements("x" * len(officer.username)) == statements(officer.username)


def test_made_up_names_do_not_fill_the_log(settings):
    settings.LOGIN_EVENTS_ADDRESS = 4
    for number in range(8):
        knock(Client(), f"ukjent{number}", "feil")
    reasons = list(Event.objects.filter(verb=Verb.LOGIN_FAILED).order_by("pk").values_list("reason", flat=True))
    assert reasons == [""] * 4 + ["too_many_attempts"]


@pytest.mark.parametrize(
    "password",
    [
        "Sommer2026!!",
        "kriminalomsorgen",
        "Kriminalomsorgen1",
        "Velkommen2026",
        "passord1234567",
        "P@ssw0rd1234",
        "FengselFengsel",
        "BrikBrikBrik1!",
        "123456789012",
        "aaaaaaaaaaaaaa",
        "qwertyuiop123",
        "Kartlegger2026",
        "oslo-fengsel-1",
        "januarfebruar",
        "princess1234!",
    ],
)
def test_what_everybody_tries_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password", [PASSWORD, "bare jeg kjenner dette", "hest batteri stift riktig", "x9Kd-27pQ-mm3v"]
)
def test_a_password_of_ones_own_is_taken(password):
    validate_password(password)


def test_closing_an_account_ends_its_sessions_for_good(client, officer):
    system = situations.an_account(Role.SYSTEM)
    knock(client, officer.username)
    stolen = Client()
    for name in (settings.SESSION_COOKIE_NAME, settings.ACTIVITY_COOKIE_NAME):
        stolen.cookies[name] = client.cookies[name].value
    assert signed_in(stolen)
    actions.set_active(officer, active=False, by=system)
    actions.set_active(officer, active=True, by=system)
    assert not signed_in(stolen)
    assert not signed_in(client)
    assert knock(client, officer.username).status_code == 302
    assert signed_in(client)


def test_a_right_password_leaves_no_attempts_behind(client, officer):
    knock(client, officer.username)
    client.post("/skjul-skjermen/", {"next": "/om/"})
    client.post("/skjult/", {"password": "feil"})
    client.post("/skjult/", {"password": PASSWORD})
    assert not ThrottledAttempt.objects.exists()
