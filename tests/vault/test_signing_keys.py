"""The keys we sign with come, are exchanged with an overlap, and retire; what they signed before stays good."""

import itertools
import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import settings as properties
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from joserfc.jwk import RSAKey

from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.vault.custody import actions as wrapping_keys
from brik.vault.custody import backup, signing_key_actions
from brik.vault.custody.actions import Custodians
from brik.vault.custody.backup import Passphrases, read_backup
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.providers import provider as providers
from brik.vault.providers import signing_keys
from brik.vault.providers.key_contents import read_contents
from brik.vault.providers.key_module import key_module
from brik.vault.providers.signing_key import public_key_at, public_keys, signing_key
from brik.vault.providers.signing_keys import SigningState
from brik.vault.providers.unavailable_keys import KeysUnavailable
from followup.sharing.wire import signing
from followup.sharing.wire.message_schemas import InvalidMessage
from tests.custody import FIRST, SECOND, command
from tests.examples import tries
from tests.moments.clock import Clock

pytestmark = pytest.mark.django_db

BY = Process("test")
DAYS = 14


@pytest.fixture(autouse=True)
def quick(monkeypatch, settings):
    monkeypatch.setattr(backup, "SCRYPT_N", 16)
    # Small keys are made at once; how they come and go is the same.
    monkeypatch.setattr(signing_keys, "BITS", 2048)
    settings.KEY_OVERLAP_DAYS = DAYS


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def custodians(tmp_path):
    return Custodians(Passphrases(FIRST, SECOND), tmp_path / "backup")


@pytest.fixture
def first(empty_keeper, custodians):
    """The id of the first signing key, which comes with all other keys."""
    wrapping_keys.create(custodians, by=BY)
    return current()


def current():
    return next(key_id for key_id, state in states().items() if state == SigningState.CURRENT)


def states():
    return {key_id: key.state for key_id, key in read_contents(key_module()).signing.items()}


def reasons():
    told = Event.objects.filter(verb=Verb.SIGNING_KEY_CHANGED).order_by("pk")
    return [(event.reason, event.about) for event in told]


def refused(sentence, action, *args, **kwargs):
    before, told = key_module().secrets(), reasons()
    with pytest.raises(CustodyRefused, match=sentence):
        action(*args, by=BY, **kwargs)
    assert (key_module().secrets(), reasons()) == (before, told)


def signed(content=b"{}"):
    return signing.sign(content, key=signing.own_key(), message_id="m-1", schema="BRIK_KARTLEGGING")


def good(token, moment):
    """Whether somebody who has noted when the message was there takes it for ours."""
    try:
        signing.verify(token, signing.own_key_at(moment))
    except InvalidMessage:
        return False
    return True


def replaced(custodians, clock):
    """The id of the key that signs, after an exchange in the ordinary way."""
    signing_key_actions.create(custodians, by=BY)
    clock.go_on(24 * DAYS)
    return signing_key_actions.replace(custodians, by=BY)


def test_the_first_key_comes_with_the_others_and_signs(first):
    assert states() == {first: SigningState.CURRENT}
    assert [*public_keys()] == [first]
    assert signing.own_key().thumbprint() == first
    assert good(signed(), timezone.now())


def test_a_next_key_is_known_before_it_signs(first, custodians):
    following = signing_key_actions.create(custodians, by=BY)
    assert states() == {first: SigningState.CURRENT, following: SigningState.NEXT}
    assert [*public_keys()] == [first, following]
    assert signing.own_key().thumbprint() == first
    assert public_key_at(following, timezone.now()) is None
    refused("made already", signing_key_actions.create, custodians)


def test_a_next_key_signs_once_it_has_been_known_for_the_overlap(first, custodians, clock):
    refused("no next signing key", signing_key_actions.replace, custodians)
    following = signing_key_actions.create(custodians, by=BY)
    clock.go_on(24 * DAYS - 1)
    refused("has not been known for long enough", signing_key_actions.replace, custodians)
    clock.go_on(1)
    assert signing_key_actions.replace(custodians, by=BY) == following
    assert states() == {first: SigningState.REPLACED, following: SigningState.CURRENT}


def test_in_the_overlap_the_new_key_signs_and_both_are_good(first, custodians, clock):
    before = signed()
    newest = replaced(custodians, clock)
    after = signed()
    assert signing.own_key().thumbprint() == newest
    assert [*public_keys()] == [newest, first]
    for token in (before, after):
        assert good(token, timezone.now())
        assert signing.verify(token, signing.own_public_key)


def test_a_key_is_retired_after_the_overlap_and_what_it_signed_before_stays_good(first, custodians, clock):
    before, then = signed(), timezone.now()
    newest = replaced(custodians, clock)
    refused(
        "Wait 14 days: what .* has signed may still be on its way",
        signing_key_actions.retire,
        first,
        custodians=custodians,
    )
    clock.go_on(24 * DAYS)
    signing_key_actions.retire(first, custodians=custodians, by=BY)
    assert states() == {first: SigningState.RETIRED, newest: SigningState.CURRENT}
    assert [*public_keys()] == [newest]
    assert good(before, then)
    with pytest.raises(InvalidMessage):
        signing.verify(before, signing.own_public_key)


def test_a_signature_made_after_the_retirement_is_refused_whatever_day_it_claims(first, custodians, clock):
    stolen = RSAKey.import_key(signing_key())
    replaced(custodians, clock)
    clock.go_on(24 * DAYS)
    signing_key_actions.retire(first, custodians=custodians, by=BY)
    forged = signing.sign(b'{"opprettet": "2020-01-01"}', key=stolen, message_id="m-1", schema="BRIK_KARTLEGGING")
    assert not good(forged, timezone.now())
    assert good(forged, timezone.now() - timedelta(hours=1))


def test_the_private_half_of_a_retired_key_is_nowhere(first, custodians, clock):
    private = signing_key()
    replaced(custodians, clock)
    clock.go_on(24 * DAYS)
    signing_key_actions.retire(first, custodians=custodians, by=BY)
    saved = read_backup(custodians.backup, custodians.passphrases)
    assert private not in {**saved.secrets(), **key_module().secrets()}.values()
    assert saved == read_contents(key_module())


def test_only_a_replaced_key_is_retired(first, custodians, clock):
    following = signing_key_actions.create(custodians, by=BY)
    refused("is current: only a replaced one", signing_key_actions.retire, first, custodians=custodians)
    refused("is next: only a replaced one", signing_key_actions.retire, following, custodians=custodians)
    refused("no signing key ukjent", signing_key_actions.retire, "ukjent", custodians=custodians)


def test_a_stolen_key_is_replaced_at_once_and_retired_when_no_process_signs_with_it(first, custodians, clock):
    following = signing_key_actions.create(custodians, by=BY)
    assert signing_key_actions.replace(custodians, at_once=True, by=BY) == following
    refused("Wait 180 seconds", signing_key_actions.retire, first, custodians=custodians, at_once=True)
    clock.go_on(1)
    signing_key_actions.retire(first, custodians=custodians, at_once=True, by=BY)
    assert states()[first] == SigningState.RETIRED


def test_each_step_takes_both_custodians_and_is_an_event(first, custodians, clock):
    alone = Custodians(Passphrases(FIRST, "noe helt annet enn det"), custodians.backup)
    both = "do not open the backup together"
    refused(both, signing_key_actions.create, alone)
    newest = signing_key_actions.create(custodians, by=BY)
    refused(both, signing_key_actions.replace, alone, at_once=True)
    signing_key_actions.replace(custodians, at_once=True, by=BY)
    clock.go_on(1)
    refused(both, signing_key_actions.retire, first, custodians=alone, at_once=True)
    signing_key_actions.retire(first, custodians=custodians, at_once=True, by=BY)
    assert reasons() == [(Reason.CREATED, newest), (Reason.REPLACED, newest), (Reason.RETIRED, first)]


def test_another_process_signs_with_the_new_key_within_a_minute(first, custodians, clock, monkeypatch):
    newest = replaced(custodians, clock)
    monkeypatch.setattr(providers._opened, "good_until", 0.0)
    assert signing.own_key().thumbprint() == newest


def test_with_the_module_away_nothing_is_signed(first, empty_keeper, monkeypatch):
    assert signed()
    empty_keeper.take_away()
    monkeypatch.setattr(providers._opened, "good_until", 0.0)
    with pytest.raises(KeysUnavailable):
        signed()


def test_a_module_without_the_private_half_is_refused_by_name(first):
    key_module().remove(f"signing-{first}")
    with pytest.raises(KeysUnavailable, match=f"lacks signing-{first}"):
        providers.ask_again()


def test_a_new_module_from_the_backup_signs_and_knows_the_same_keys(first, custodians, clock, empty_keeper, new_keeper):
    before, then = signed(), timezone.now()
    newest = replaced(custodians, clock)
    clock.go_on(24 * DAYS)
    signing_key_actions.retire(first, custodians=custodians, by=BY)
    new_keeper(empty_keeper.provider, "replacement")
    wrapping_keys.restore(custodians, by=BY)
    assert states() == {first: SigningState.RETIRED, newest: SigningState.CURRENT}
    assert good(before, then)
    assert good(signed(), timezone.now())


def test_a_private_half_is_never_printed(first):
    assert "PRIVATE KEY" not in repr(read_contents(key_module()))


def test_the_command_does_all_of_it_by_two_custodians(first, custodians, capsys, clock):
    file = f"--backup={custodians.backup}"
    command("signing_key", "create", file)
    with pytest.raises(CommandError, match="Wait 14 days"):
        command("signing_key", "replace", file)
    command("signing_key", "replace", file, "--at-once")
    call_command("signing_key", "print")
    told = capsys.readouterr().out
    printed = json.loads(told.splitlines()[-1])["keys"]
    assert [jwk["kid"] for jwk in printed] == [current(), first]
    assert all({*jwk} == {"kty", "n", "e", "kid", "alg", "use"} for jwk in printed)
    clock.go_on(1)
    command("signing_key", "retire", first, file, "--at-once")
    call_command("signing_key", "list")
    told = capsys.readouterr().out
    assert f"{first} retired since" in told
    assert f"{current()} current since" in told
    with pytest.raises(CommandError, match="do not open the backup together"):
        command("signing_key", "create", file, second="noe helt annet enn det")


def test_our_keys_are_read_at_an_address_without_a_sign_in(first, custodians, clock, client):
    newest = replaced(custodians, clock)
    answer = client.get("/meldinger/nokler")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert [jwk["kid"] for jwk in answer.json()["keys"]] == [newest, first]
    assert all("d" not in jwk for jwk in answer.json()["keys"])


class Exchanges(RuleBasedStateMachine):
    """Keys come and go in any order, and messages are signed in between; each is noted when it is there."""

    new_module: Callable[[], Custodians]
    clock: Clock

    @initialize()
    def begin(self):
        self.custodians = type(self).new_module()
        self.notes: list[tuple[str, datetime]] = []
        self.thieves: dict[str, RSAKey] = {}

    @rule()
    def sign(self):
        self.thieves[signing.own_key().thumbprint()] = signing.own_key()
        self.notes.append((signed(), timezone.now()))

    @rule(hours=st.integers(1, 24 * DAYS))
    def wait(self, hours):
        self.clock.go_on(hours)

    @precondition(lambda self: len(states()) < 4)
    @rule()
    def create(self):
        self.attempt(signing_key_actions.create, self.custodians)

    @rule(at_once=st.booleans())
    def replace(self, at_once):
        self.attempt(signing_key_actions.replace, self.custodians, at_once=at_once)

    @rule(at_once=st.booleans(), which=st.integers(0, 3))
    def retire(self, at_once, which):
        key_id = [*states()][which % len(states())]
        self.attempt(signing_key_actions.retire, key_id, custodians=self.custodians, at_once=at_once)

    def attempt(self, action, *args, **kwargs):
        try:
            action(*args, by=BY, **kwargs)
        except CustodyRefused:
            assert read_backup(self.custodians.backup, self.custodians.passphrases) == read_contents(key_module())

    @invariant()
    def one_key_signs_and_what_was_signed_stays_good(self):
        assert [*states().values()].count(SigningState.CURRENT) == 1
        assert all(good(token, moment) for token, moment in getattr(self, "notes", []))

    @invariant()
    def nobody_signs_with_a_retired_key(self):
        for key_id, pair in getattr(self, "thieves", {}).items():
            if states()[key_id] == SigningState.RETIRED:
                forged = signing.sign(b"{}", key=pair, message_id="m-1", schema="BRIK_KARTLEGGING")
                assert not good(forged, timezone.now())
                assert key_id not in public_keys()


def test_in_any_order_of_exchanges_what_was_signed_in_time_is_good_and_nothing_else(new_keeper, clock, tmp_path):
    numbers = itertools.count()

    def new_module():
        number = next(numbers)
        new_keeper("files", f"module-{number}")
        custodians = Custodians(Passphrases(FIRST, SECOND), tmp_path / f"backup-{number}")
        wrapping_keys.create(custodians, by=BY)
        return custodians

    Exchanges.new_module, Exchanges.clock = staticmethod(new_module), clock
    run_state_machine_as_test(Exchanges, settings=properties(max_examples=tries(12), stateful_step_count=20))
