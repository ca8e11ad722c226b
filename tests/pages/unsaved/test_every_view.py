"""Every view that is not left out by name has what was sent to it held, whatever kept it from arriving."""

import uuid

import pytest
from django.urls import URLPattern, get_resolver, reverse

from brik.pages.unsaved import typist
from brik.staff.models import Staff
from tests import situations
from tests.pages.unsaved.browsing import database_away, form_on, words_on
from tests.situations import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True)]
WORD = "Et uforvekslelig ord"
# Each says in the code why.
LEFT_OUT = {
    "pages:login",
    "pages:logout",
    "pages:hide",
    "pages:hidden",
    "pages:session",
    "pages:language",
    "pages:own_password",
    "mapping:draft",
    "mapping:voluntariness",
    "slips:write",
    "consent:slip",
    "desk:intake",
    "sharing:receipt",
}
# Open to everybody, and never sent to.
READ_ONLY = {"pages:logged_out", "pages:about", "pages:health", "sharing:keys", "consent:sound"}


def addresses():
    """Every address of the house by its name, with something in it that need not exist."""
    somewhere = {"UUIDConverter": uuid.uuid4(), "IntConverter": 1, "SlugConverter": "sprak"}

    def walk(patterns, room=""):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                kinds = pattern.pattern.converters.items()
                arguments = {name: somewhere[type(kind).__name__] for name, kind in kinds}
                yield f"{room}:{pattern.name}", pattern.callback, reverse(f"{room}:{pattern.name}", kwargs=arguments)
            else:
                yield from walk(pattern.url_patterns, pattern.app_name or room)

    return list(walk(get_resolver().url_patterns))


def held_views():
    return [(name, address) for name, _, address in addresses() if name not in LEFT_OUT | READ_ONLY]


@pytest.fixture
def typed(client):
    user = situations.an_account()
    client.force_login(user)
    client.raise_request_exception = False
    fields = form_on(client.get(reverse("pages:own_password")), ending=reverse("pages:hide"))[1]
    return {"word": WORD, "new_password": "hemmelig", typist.FIELD: fields[typist.FIELD][0]}


def check_held(client, typed, status):
    views = held_views()
    for name, address in views:
        answer = client.post(address, typed)
        assert answer.status_code == status, name
        action, fields = form_on(answer)
        assert (action, fields["word"]) == (address, [WORD]), name
        assert "new_password" not in fields, name
        assert fields[typist.FIELD] == [typed[typist.FIELD]], name
        assert WORD not in words_on(answer), name
        assert "no-store" in answer["Cache-Control"], name
    assert len(views) > 55


def test_the_views_left_out_are_these_and_no_others():
    assert {name for name, view, _ in addresses() if hasattr(view, "never_held")} == LEFT_OUT


def test_what_is_sent_when_the_session_is_gone_is_held(client, typed):
    client.logout()
    check_held(client, typed, 401)


def test_what_is_sent_while_the_screen_is_hidden_is_held(client, typed):
    client.post(reverse("pages:hide"))
    check_held(client, typed, 401)


def test_what_is_sent_before_an_own_password_is_chosen_is_held(client, typed):
    Staff.objects.change(password_by_other=True)
    check_held(client, typed, 401)


def test_what_is_sent_while_the_database_is_away_is_held(client, typed):
    with database_away():
        check_held(client, typed, 503)


def test_what_is_sent_with_an_old_form_token_is_held(client, typed):
    client.handler.enforce_csrf_checks = True
    # The interview's area page and the talk show what was typed at once.
    own = {"mapping:area", "desk:talk"}
    for name, address in held_views():
        if name in own:
            continue
        answer = client.post(address, typed)
        assert answer.status_code == 403, name
        assert form_on(answer)[1]["word"] == [WORD], name


def test_what_the_page_s_script_sends_is_never_held(client, typed):
    client.logout()
    # The area's own script sends to another address; the talk has none.
    for name, address in held_views():
        if name in {"mapping:area", "desk:talk"}:
            continue
        answer = client.post(address, typed, headers={"X-Requested-With": "brik"})
        assert WORD not in answer.content.decode(), name


def test_the_left_out_hold_nothing(client, typed):
    client.logout()
    for name, _, address in addresses():
        if name in LEFT_OUT:
            assert WORD not in client.post(address, {**typed, "password": PASSWORD}).content.decode(), name
