"""A sender of arrival messages signs with another key: the one before is trusted for the overlap, and no longer."""

import json

import pytest
from joserfc.jwk import RSAKey

from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.staff.four_eyes import actions as four_eyes
from brik.staff.models import MessageKey, Proposal, Role
from brik.staff.rules import NotAllowed
from followup.desk.arrivals import intake
from followup.sharing.wire import signing
from tests import situations
from tests.moments.clock import Clock

pytestmark = pytest.mark.django_db

DAYS = 14
PAGE = "/avsendernokler/"


@pytest.fixture
def clock(monkeypatch, settings):
    settings.KEY_OVERLAP_DAYS = DAYS
    return Clock(monkeypatch)


@pytest.fixture
def system(client):
    keeper = situations.an_account(Role.SYSTEM)
    client.force_login(keeper)
    return keeper


@pytest.fixture
def pairs():
    """The pair a sender signs with, and its next one."""
    return [RSAKey.generate_key(2048) for _ in range(2)]


@pytest.fixture
def older(pairs):
    key = signing.public_jwk(pairs[0])
    return MessageKey.objects.create(kid=key["kid"], jwk=key)


def trusted(pair):
    token = signing.sign(b"<x/>", key=pair, message_id="m-1", schema="X").encode()
    return intake.verified(token) is not None


def exchange(pairs, *, by):
    jwk = signing.public_jwk(pairs[1])
    proposal = four_eyes.propose_key(
        kid=jwk["kid"], sender="KRIMINALOMSORGEN", jwk=jwk, replaces=pairs[0].thumbprint(), by=by
    )
    four_eyes.confirm(proposal, by=situations.an_account(Role.SYSTEM))
    return MessageKey.objects.get(kid=jwk["kid"])


def test_in_the_overlap_both_are_trusted_and_then_the_newer_alone(system, pairs, older, clock):
    exchange(pairs, by=system)
    assert [trusted(pair) for pair in pairs] == [True, True]
    clock.go_on(24 * DAYS - 1)
    assert [trusted(pair) for pair in pairs] == [True, True]
    clock.go_on(1)
    assert [trusted(pair) for pair in pairs] == [False, True]


def test_until_another_has_confirmed_it_the_older_key_is_as_good_as_before(system, pairs, older, clock):
    jwk = signing.public_jwk(pairs[1])
    four_eyes.propose_key(kid=jwk["kid"], sender=older.sender, jwk=jwk, replaces=older.kid, by=system)
    clock.go_on(24 * DAYS)
    assert [trusted(pair) for pair in pairs] == [True, False]


def test_a_key_in_the_overlap_is_taken_out_of_use_at_once(system, pairs, older, clock):
    exchange(pairs, by=system)
    four_eyes.distrust_key(MessageKey.objects.get(pk=older.pk), by=system)
    assert [trusted(pair) for pair in pairs] == [False, True]


def test_an_exchange_is_an_event_of_both_keys(system, pairs, older, clock):
    newer = exchange(pairs, by=system)
    told = Event.objects.filter(object_name="message_key").order_by("pk")
    assert [(event.object_id, event.reason) for event in told] == [
        (str(newer.pk), Reason.KEY_TRUSTED),
        (str(older.pk), Reason.REPLACED),
    ]


def test_a_key_replaces_one_of_the_same_sender_that_is_in_use(system, pairs, older):
    jwk = signing.public_jwk(pairs[1])
    for wrong in ({"sender": "POLITIET", "replaces": older.kid}, {"sender": older.sender, "replaces": "ukjent"}):
        with pytest.raises(NotAllowed, match="skal erstattes"):
            four_eyes.propose_key(kid=jwk["kid"], jwk=jwk, **wrong, by=system)
    assert not Proposal.objects.exists()


def test_without_naming_one_the_new_key_stands_beside_the_others(system, pairs, older, clock):
    jwk = signing.public_jwk(pairs[1])
    proposal = four_eyes.propose_key(kid=jwk["kid"], sender=older.sender, jwk=jwk, by=system)
    four_eyes.confirm(proposal, by=situations.an_account(Role.SYSTEM))
    clock.go_on(24 * DAYS)
    assert [trusted(pair) for pair in pairs] == [True, True]


def test_the_page_exchanges_a_key_and_says_until_when_the_older_is_trusted(client, system, pairs, older, clock):
    assert f'<option value="{older.kid}">' in client.get(PAGE).text
    jwk = signing.public_jwk(pairs[1])
    told = {"kid": jwk["kid"], "sender": older.sender, "jwk": json.dumps(jwk), "replaces": older.kid}
    assert client.post(PAGE, told).status_code == 302
    assert f"erstatter {older.kid}" in client.get("/til-bekreftelse/").text
    four_eyes.confirm(Proposal.objects.get(), by=situations.an_account(Role.SYSTEM))
    older.refresh_from_db()
    until = f"Til {older.until:%-d}."
    assert until in client.get(PAGE).text
    clock.go_on(24 * DAYS)
    client.force_login(system)
    page = client.get(PAGE)
    assert (page.status_code, until in page.text) == (200, False)
    # Two may take it into use again.
    client.post(f"{PAGE}{older.pk}/", {"active": "1"})
    four_eyes.confirm(Proposal.objects.waiting().get(), by=situations.an_account(Role.SYSTEM))
    assert [trusted(pair) for pair in pairs] == [True, True]
