"""The door: who comes in, how often one may guess, how long a session lasts, and the hidden screen."""

import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.signing import Signer
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.pages import session_time
from brik.staff.models import Role
from brik.staff.sign_in import throttle
from brik.staff.sign_in.attempts import ThrottledAttempt
from tests import situations
from tests.situations import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return situations.an_account(Role.MAPPER)


def knock(client, username, password=PASSWORD, **more):
    return client.post("/logg-inn/", {"username": username, "password": password, **more})


def signed_in(client):
    return client.get("/okt/").status_code == 200


def verbs():
    return list(Event.objects.order_by("pk").values_list("verb", flat=True))


def test_the_right_password_opens_and_is_an_event(client, officer):
    answer = knock(client, officer.username)
    assert answer.status_code == 302
    assert signed_in(client)
    event = Event.objects.get(verb=Verb.LOGIN)
    assert event.actor == officer.actor_id
    assert event.role == "kartlegger"


def test_a_partner_comes_in_by_the_same_door(client):
    partner = situations.an_account(Role.PARTNER)
    assert knock(client, partner.username).status_code == 302
    assert signed_in(client)


def test_a_wrong_password_and_an_unknown_name_look_the_same(officer):
    answers = [knock(Client(), officer.username, "feil"), knock(Client(), "finnes-ikke", "feil")]
    assert [answer.status_code for answer in answers] == [422, 422]
    texts = [answer.content.decode() for answer in answers]
    assert all("Brukernavnet eller passordet er feil." in text for text in texts)


@pytest.mark.parametrize("typed", ["Ærlig.Å-1", "ÆRLIG.Å-1", " ærlig.å-1 ", "\u00c6rlig.A\u030a-1"])
def test_a_user_name_opens_in_capitals_and_in_small_letters(client, officer, typed):
    officer.username = "ærlig.å-1"
    officer.save()
    assert knock(client, typed).status_code == 302
    assert signed_in(client)


def test_no_account_has_a_name_that_nobody_can_sign_in_with(officer):
    officer.username = "Stor"
    with pytest.raises(IntegrityError, match="user_name_is_in_small_letters"), transaction.atomic():
        officer.save()


def test_in_any_case_a_known_and_an_unknown_name_take_the_same_statements_and_get_the_same_answer(officer):
    answers, statements = list[tuple[int, bool]](), list[list[str]]()
    for name in (officer.username, officer.username.upper(), "finnes-ikke", "FINNES-IKKE"):
        with CaptureQueriesContext(connection) as captured:
            answer = knock(Client(REMOTE_ADDR=f"10.2.0.{len(answers) + 1}"), name, "feil")
        answers.append((answer.status_code, "Brukernavnet eller passordet er feil." in answer.content.decode()))
        statements.append([query["sql"].split(" ")[0] for query in captured])
    assert answers == [(422, True)] * 4
    assert all(seen == statements[0] for seen in statements)


def test_guesses_in_capitals_and_in_small_letters_count_as_one(officer):
    names = (officer.username, officer.username.upper(), officer.username.title())
    for attempt in range(settings.LOGIN_TRIES_ACCOUNT):
        assert knock(Client(), names[attempt % 3], "feil").status_code == 422
    assert knock(Client(), officer.username).status_code == 429


def test_a_failed_attempt_holds_a_hash_of_the_name_and_never_the_name(client, officer):
    knock(client, officer.username, "feil")
    event = Event.objects.get(verb=Verb.LOGIN_FAILED)
    assert event.actor == "nobody"
    assert len(bytes(event.term_hash)) == 32
    assert officer.username not in str(event.__dict__)


def test_an_account_that_is_closed_does_not_open(client, officer):
    officer.is_active = False
    officer.save()
    assert knock(client, officer.username).status_code == 422
    assert not signed_in(client)


def test_guessing_at_one_account_is_stopped_even_with_the_right_password(officer):
    for _attempt in range(settings.LOGIN_TRIES_ACCOUNT):
        assert knock(Client(), officer.username, "feil").status_code == 422
    answer = knock(Client(), officer.username.upper())
    assert answer.status_code == 429
    assert "For mange forsøk" in answer.content.decode()
    other = situations.an_account(Role.MAPPER)
    assert knock(Client(), other.username).status_code == 302


@pytest.mark.parametrize(("minutes", "seconds"), [(1, 30), (2, 60), (4, 120), (15, 120)])
def test_the_warning_comes_when_at_least_half_the_quiet_time_is_over(client, officer, settings, minutes, seconds):
    settings.SESSION_QUIET_SECONDS = minutes * 60
    client.force_login(officer)
    page = client.get("/om/").content.decode()
    assert f'data-warn-before="{seconds}"' in page


def test_guessing_at_many_accounts_from_one_address_is_stopped(client, officer, settings):
    settings.LOGIN_TRIES_ADDRESS = 5
    for _ in range(5):
        knock(Client(), situations.an_account(Role.MAPPER).username, "feil")
    assert knock(client, officer.username).status_code == 429
    elsewhere = Client(REMOTE_ADDR="10.1.1.1")
    assert knock(elsewhere, officer.username).status_code == 302


def test_who_signs_in_rightly_never_stops_the_others_of_the_same_address(settings):
    settings.LOGIN_TRIES_ADDRESS = 3
    for _ in range(6):
        assert knock(Client(), situations.an_account(Role.MAPPER).username).status_code == 302
    assert not ThrottledAttempt.objects.exists()


def test_knocking_while_one_waits_is_neither_counted_nor_told_twice(officer):
    for _ in range(settings.LOGIN_TRIES_ACCOUNT):
        knock(Client(), officer.username, "feil")
    counted = ThrottledAttempt.objects.count()
    answers = [knock(Client(), officer.username, "feil") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {429}
    assert all(0 < int(answer["Retry-After"]) <= 15 * 60 for answer in answers)
    # One row remembers that the waiting has been told, one counts its event.
    assert ThrottledAttempt.objects.count() == counted + 2
    assert Event.objects.filter(verb=Verb.LOGIN_FAILED).count() == settings.LOGIN_TRIES_ACCOUNT + 1


def test_the_waiting_ends_a_quarter_of_an_hour_after_the_guesses_whoever_goes_on_knocking(officer):
    for _ in range(settings.LOGIN_TRIES_ACCOUNT):
        knock(Client(), officer.username, "feil")
    ThrottledAttempt.objects.update(at=timezone.now() - timedelta(minutes=14))
    knock(Client(), officer.username, "feil")
    ThrottledAttempt.objects.filter(at__lt=timezone.now() - timedelta(minutes=1)).update(
        at=timezone.now() - timedelta(minutes=16)
    )
    assert knock(Client(), officer.username).status_code == 302


def test_behind_the_proxy_the_sender_counts_and_not_the_proxy(settings, officer):
    settings.BEHIND_PROXY = True
    settings.LOGIN_TRIES_ADDRESS = 3

    def from_address(told, password="feil"):
        return knock(Client(headers={"X-Forwarded-For": told}), officer.username, password).status_code

    # What the sender itself has put before is not believed.
    assert [from_address(f"10.9.9.{number}, 10.0.0.1") for number in range(4)] == [422, 422, 422, 429]
    assert from_address("10.0.0.1, 10.0.0.2", PASSWORD) == 302


@pytest.mark.parametrize(
    ("named", "behind", "source"),
    [
        ("10.0.0.9", False, "127.0.0.1"),
        ("", True, "127.0.0.1"),
        ("tull", True, "127.0.0.1"),
        ("10.0.0.1, 10.0.0.9", True, "10.0.0.9"),
        ("2001:db8:1:2:3:4:5:6", True, "2001:db8:1:2::/64"),
    ],
)
def test_where_a_request_comes_from(rf, settings, named, behind, source):
    settings.BEHIND_PROXY = behind
    assert throttle.source_of(rf.get("/", headers={"X-Forwarded-For": named})) == source


def test_nobody_fills_the_log_from_outside(client, officer, settings):
    settings.REFUSALS_TOLD_ADDRESS = 3
    for _ in range(6):
        assert client.post("/logg-inn/", b"\xff", content_type="application/x-www-form-urlencoded").status_code == 400
    assert verbs() == [Verb.BAD_REQUEST] * 4
    client.force_login(officer)
    for _ in range(6):
        client.post("/logg-inn/", b"\xff", content_type="application/x-www-form-urlencoded")
    assert len(verbs()) == 4 + 6


def test_after_a_quarter_of_an_hour_one_may_try_again(client, officer):
    for _attempt in range(settings.LOGIN_TRIES_ACCOUNT + 1):
        knock(Client(), officer.username, "feil")
    ThrottledAttempt.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert knock(client, officer.username).status_code == 302


def test_the_right_password_forgets_the_wrong_ones(officer):
    for _attempt in range(settings.LOGIN_TRIES_ACCOUNT - 1):
        knock(Client(), officer.username, "feil")
    assert knock(Client(), officer.username).status_code == 302
    assert knock(Client(), officer.username, "feil").status_code == 422


def test_signing_in_changes_the_session(client, officer):
    client.cookies["session"] = "plantedbysomebodyelse1234567890ab"
    knock(client, officer.username)
    assert client.cookies["session"].value != "plantedbysomebodyelse1234567890ab"
    assert signed_in(client)


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/logg-ut/",
        "om/",
        "/skjult/",
    ],
)
def test_the_way_back_never_leads_out_of_the_house(client, officer, address):
    assert knock(client, officer.username, next=address)["Location"] == "/"


def test_one_comes_back_to_the_same_place(client, officer):
    answer = client.get("/okt/?a=1")
    assert answer["Location"] == "/logg-inn/?next=/okt/%3Fa%3D1"
    assert knock(client, officer.username, next="/okt/?a=1")["Location"] == "/okt/?a=1"


def test_who_posted_without_a_session_is_told_that_it_was_not_saved(client):
    answer = client.post("/skjul-skjermen/", headers={"referer": "http://testserver/om/"})
    assert answer["Location"] == "/logg-inn/?next=%2Fom%2F&lost=1"
    assert "Det du skrev sist, er ikke lagret" in client.get(answer["Location"]).content.decode()
    foreign = client.post("/skjul-skjermen/", headers={"referer": "http://evil.example/om/"})
    assert foreign["Location"] == "/logg-inn/?next=%2Fskjul-skjermen%2F&lost=1"


def test_a_page_that_is_no_address_is_no_way_back(client):
    answer = client.post("/skjul-skjermen/", headers={"referer": "http://["})
    assert answer["Location"] == "/logg-inn/?next=%2Fskjul-skjermen%2F&lost=1"


def test_logging_out_is_two_steps_and_an_event(client, officer):
    knock(client, officer.username)
    first = client.post("/logg-ut/")
    assert 'http-equiv="refresh" content="0;url=/logget-ut/"' in first.content.decode()
    assert "Clear-Site-Data" not in first
    second = client.get("/logget-ut/")
    assert second["Clear-Site-Data"] == '"cache", "storage"'
    assert not signed_in(client)
    assert verbs()[-1] == Verb.LOGOUT


def test_a_link_cannot_log_anybody_out(client, officer):
    knock(client, officer.username)
    assert "Vil du logge ut?" in client.get("/logg-ut/").content.decode()
    assert signed_in(client)


def rewind(client, seconds):
    """Let the last sign of life lie further back."""
    request = HttpRequest()
    request.session = client.session
    signer = session_time._signer(request)
    client.cookies["activity"] = signer.sign(str(int(time.time()) - seconds))


def test_fifteen_quiet_minutes_end_the_session(client, officer):
    knock(client, officer.username)
    rewind(client, 15 * 60 - 5)
    assert signed_in(client)
    client.get("/om/")
    rewind(client, 15 * 60 + 1)
    assert not signed_in(client)
    rewind(client, 0)
    assert not signed_in(client)


def test_twelve_hours_end_the_session_however_busy(client, officer):
    knock(client, officer.username)
    session = client.session
    session["signed_in_at"] = int(time.time()) - 12 * 60 * 60 - 1
    session.save()
    assert not signed_in(client)


@pytest.mark.parametrize("forged", ["", "9999999999", "9999999999:abc", Signer(salt="other").sign("9999999999")])
def test_the_sign_of_life_cannot_be_made_up(client, officer, forged):
    knock(client, officer.username)
    client.cookies["activity"] = forged
    assert not signed_in(client)


def test_the_sign_of_life_of_another_session_is_worth_nothing(client, officer):
    other = Client()
    knock(other, officer.username)
    knock(client, officer.username)
    client.cookies["activity"] = other.cookies["activity"].value
    assert not signed_in(client)


def test_asking_how_long_is_left_does_not_extend_and_the_button_does(client, officer):
    knock(client, officer.username)
    rewind(client, 14 * 60)
    assert client.get("/okt/").json()["seconds"] <= 60
    assert client.get("/okt/").json()["seconds"] <= 60
    client.post("/okt/")
    assert client.get("/okt/").json()["seconds"] > 14 * 60


def test_reading_a_page_writes_nothing_to_the_session(client, officer):
    knock(client, officer.username)
    client.get("/om/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/om/")
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []


def test_a_hidden_screen_shows_nothing_until_the_password_is_given(client, officer):
    knock(client, officer.username)
    answer = client.post("/skjul-skjermen/", {"next": "/om/?a=1"})
    assert answer["Location"] == "/skjult/"
    assert verbs()[-1] == Verb.SCREEN_HIDDEN
    assert client.get("/om/")["Location"] == "/skjult/"
    assert client.get("/okt/", headers={"X-Requested-With": "brik"}).status_code == 401
    neutral = client.get("/skjult/").content.decode()
    assert officer.name not in neutral
    assert officer.username not in neutral
    assert "/om/" not in neutral
    wrong = client.post("/skjult/", {"password": "feil"})
    assert wrong.status_code == 422
    assert "Passordet er feil." in wrong.content.decode()
    assert client.get("/om/")["Location"] == "/skjult/"
    assert client.post("/skjult/", {"password": PASSWORD})["Location"] == "/om/?a=1"
    assert client.get("/om/").status_code == 200


def test_the_hidden_screen_cannot_be_guessed_open(client, officer):
    knock(client, officer.username)
    client.post("/skjul-skjermen/", {"next": "/om/"})
    for _attempt in range(settings.LOGIN_TRIES_ACCOUNT):
        client.post("/skjult/", {"password": "feil"})
    assert client.post("/skjult/", {"password": PASSWORD}).status_code == 429
    assert client.get("/om/")["Location"] == "/skjult/"


def test_from_a_hidden_screen_one_can_log_out(client, officer):
    knock(client, officer.username)
    client.post("/skjul-skjermen/", {"next": "/om/"})
    assert client.post("/logg-ut/").status_code == 200
    assert not signed_in(client)


@pytest.mark.parametrize("address", ["/logg-ut/", "/skjul-skjermen/", "/skjult/", "/logget-ut/", "/finnes-ikke/", "/"])
def test_no_page_that_opens_while_the_screen_is_hidden_shows_a_name_or_a_menu(client, officer, address):
    knock(client, officer.username)
    assert officer.name in client.get("/logg-ut/").content.decode()
    client.post("/skjul-skjermen/", {"next": "/om/"})
    page = client.get(address, follow=True).content.decode()
    assert "<h1" in page
    assert officer.name not in page
    assert "Hovedmeny" not in page


def test_nobody_signs_in_when_the_event_cannot_be_written(client, officer):
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event ADD CONSTRAINT nothing_more CHECK (id < 0) NOT VALID")
    assert knock(client, officer.username).status_code == 500
    assert not client.session.get("_auth_user_id")
