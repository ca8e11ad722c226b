"""A password that somebody else has set is changed by its owner before anything else opens."""

import re
import uuid

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.staff import actions
from brik.staff.four_eyes import actions as four_eyes
from brik.staff.models import Role, Staff
from tests import situations
from tests.situations import PASSWORD

pytestmark = pytest.mark.django_db
TOLD, OWN = "et passord fra en annen", "bare jeg kjenner dette"
PAGE = "/passord/"
# What the change page needs, and what is open to everybody.
OPEN = {"own_password", "logout", "hide", "hidden", "session", "login", "logged_out", "language", "about", "health"}
MESSAGES = {"desk:intake", "sharing:receipt", "sharing:keys", "consent:sound"}


def knock(username, password):
    client = Client()
    client.post("/logg-inn/", {"username": username, "password": password})
    return client


def change(client, *, old=PASSWORD, new=OWN, again=None):
    return client.post(PAGE, {"old": old, "new": new, "again": again or new})


def signed_in(client):
    return client.get("/okt/").status_code == 200


@pytest.fixture
def system():
    return situations.an_account(Role.SYSTEM)


@pytest.fixture
def told(system):
    """Somebody with a post, whose password others have set."""
    account = situations.an_account(Role.SYSTEM)
    four_eyes.confirm(
        four_eyes.propose_password(account, password=TOLD, by=system), by=situations.an_account(Role.SYSTEM)
    )
    return account


def addresses():
    """Every address of the house by its name, with something in it that need not exist."""
    somewhere = {"UUIDConverter": uuid.uuid4(), "IntConverter": 1, "SlugConverter": "sprak", "StringConverter": "x"}

    def walk(patterns, room=""):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                held = pattern.pattern.converters.items()
                yield pattern, f"{room}:{pattern.name}", {name: somewhere[type(kind).__name__] for name, kind in held}
            else:
                yield from walk(pattern.url_patterns, pattern.app_name or room)

    return list(walk(get_resolver().url_patterns))


def test_nothing_else_opens_until_its_owner_has_changed_it(told):
    client = knock(told.username, TOLD)
    assert signed_in(client)
    closed = 0
    for pattern, name, arguments in addresses():
        if pattern.name in OPEN or name in MESSAGES:
            continue
        for send in (client.get, client.post):
            answer = send(reverse(name, kwargs=arguments))
            assert (answer.status_code, answer.get("Location")) == (302, PAGE), name
        closed += 1
    assert closed > 50
    script = client.post("/kontoer/ny/", headers={"X-Requested-With": "brik"})
    assert script.status_code == 403
    assert not Event.objects.filter(verb=Verb.ADMINISTERED, actor=told.actor_id).exists()


def test_the_change_page_shows_no_menu_and_says_why(told):
    page = knock(told.username, TOLD).get(PAGE).content.decode()
    assert "Noen andre har satt passordet ditt" in page
    assert "Kontoer" not in page


def test_nobody_is_told_that_it_is_changed_before_it_is(told):
    page = knock(told.username, TOLD).get(f"{PAGE}?byttet=1").content.decode()
    assert "Passordet er byttet" not in page
    assert "Noen andre har satt passordet ditt" in page


def test_with_a_password_of_ones_own_everything_opens_again(told):
    client = knock(told.username, TOLD)
    assert change(client, old=TOLD).status_code == 302
    assert client.get("/kontoer/").status_code == 200
    assert not signed_in(knock(told.username, TOLD))
    again = knock(told.username, OWN)
    assert again.get("/kontoer/").status_code == 200


def test_the_password_one_was_given_is_not_ones_own(told):
    client = knock(told.username, TOLD)
    answer = change(client, old=TOLD, new=TOLD)
    assert answer.status_code == 422
    assert "Velg et annet" in answer.content.decode()
    assert client.get("/kontoer/").status_code == 302


def test_an_account_is_made_with_a_password_to_be_changed(system):
    made = actions.create_account(username="kari", name="Kari", organisation=None, password=TOLD, by=system)
    assert knock("kari", TOLD).get("/")["Location"] == PAGE
    four_eyes.propose_password(made, password=f"{TOLD} igjen", by=system)
    assert knock("kari", f"{TOLD} igjen").get("/")["Location"] == PAGE


def test_so_is_one_given_on_the_machine(monkeypatch):
    monkeypatch.setenv("FIRST_ACCOUNT_PASSWORD", TOLD)
    call_command("first_account", "oda")
    oda = knock("oda", TOLD)
    assert oda.get("/kontoer/")["Location"] == PAGE
    change(oda, old=TOLD)
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: f"{TOLD} igjen")
    call_command("changepassword", "oda", verbosity=0)
    assert knock("oda", f"{TOLD} igjen").get("/kontoer/")["Location"] == PAGE


def test_the_accounts_of_the_demonstration_keep_theirs(monkeypatch):
    from followup.demo import register

    monkeypatch.setenv("BRIK_DEMO_PASSWORD", TOLD)
    register.load()
    assert knock("system", TOLD).get("/kontoer/").status_code == 200
    assert not Staff.objects.filter(password_by_other=True).exists()


def test_everybody_changes_their_own_and_only_this_session_goes_on(client):
    officer = situations.an_account(Role.CONTACT_OFFICER)
    here, elsewhere = knock(officer.username, PASSWORD), knock(officer.username, PASSWORD)
    assert signed_in(elsewhere)
    answer = change(here)
    done = here.get(answer["Location"]).content.decode()
    assert "<h1>Passordet er byttet</h1>" in done
    assert 'type="password"' not in done
    assert re.search(r'<a class="ds-button" href="/">\s*Gå videre', done)
    assert signed_in(here)
    assert not signed_in(elsewhere)
    event = Event.objects.get(verb=Verb.STAFF_CHANGED)
    assert (event.actor, event.object_id, event.reason) == (officer.actor_id, str(officer.pk), "own_password_set")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"old": "feil"}, "Passordet er feil."),
        ({"new": "kort"}, "Det skal ha minst 12 tegn."),
        ({"new": "hest batteri stift", "again": "hest batteri stiff"}, "ikke like"),
        ({"new": "password1234"}, "lett å gjette"),
        ({"new": "anne.betjent.oslo", "again": "anne.betjent.oslo"}, "for likt"),
    ],
)
def test_what_does_not_fit_changes_nothing(sent, said):
    officer = situations.an_account()
    Staff.objects.filter(pk=officer.pk).change(username="anne.betjent.oslo")
    officer.refresh_from_db()
    client = knock(officer.username, PASSWORD)
    answer = change(client, **sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)
    assert not Event.objects.filter(verb=Verb.STAFF_CHANGED).exists()


def test_guessing_at_the_old_one_is_stopped():
    officer = situations.an_account()
    client = knock(officer.username, PASSWORD)
    for _ in range(settings.LOGIN_TRIES_ACCOUNT):
        assert change(client, old="feil").status_code == 422
    assert change(client).status_code == 429
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)
