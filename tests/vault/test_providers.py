"""Whatever keeps the keys, it does the same: these tests run against files and against a hardware module."""

import os
import uuid

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from brik.people.models import Person
from brik.staff.models import Role
from brik.vault import keys
from brik.vault.models import PERSON, Key
from brik.vault.providers import provider as providers
from brik.vault.providers.key_contents import KeyState, read_contents, set_up, write_contents
from brik.vault.providers.key_module import key_module
from brik.vault.providers.provider import ask_again, forget, provider
from brik.vault.providers.unavailable_keys import KeysUnavailable
from brik.vault.sealing import SealBroken
from tests import situations

MANY = 4000
SUBJECT = uuid.UUID(int=7)


def change(what):
    """The module's contents become what ``what`` makes of them."""
    module = key_module()
    contents = what(read_contents(module))
    write_contents(module, contents)
    ask_again()
    return contents


def wrapped():
    data_key = os.urandom(32)
    return data_key, provider().wrap(data_key, PERSON, SUBJECT), provider().key_id


def test_another_process_opens_what_one_has_wrapped(keeper):
    data_key, sealed, key_id = wrapped()
    before = (provider().installation, provider().lookup_key, provider().code_key)
    forget()
    assert provider().unwrap(sealed, PERSON, SUBJECT, key_id) == data_key
    assert (provider().installation, provider().lookup_key, provider().code_key) == before
    assert [len(key) for key in before[1:]] == [32, 32]
    assert len({*before[1:], data_key}) == 3


def test_a_forked_process_opens_them_itself(keeper):
    data_key, sealed, key_id = wrapped()
    child = os.fork()
    if not child:
        status = 1
        try:
            asked = providers._opened.provider
            same = provider().unwrap(sealed, PERSON, SUBJECT, key_id) == data_key
            key_module().put("spor", b"fra barnet")
            status = 0 if same and asked is None else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert key_module().secrets()["spor"] == b"fra barnet"


@pytest.mark.parametrize(
    "place",
    [("organisation", SUBJECT, ""), (PERSON, uuid.UUID(int=8), ""), (PERSON, SUBJECT, "another")],
    ids=["keeping", "subject", "wrapping key"],
)
def test_a_data_key_opens_in_its_own_place_only(keeper, place):
    _data_key, sealed, key_id = wrapped()
    keeping, subject, named = place
    with pytest.raises(SealBroken):
        provider().unwrap(sealed, keeping, subject, named or key_id)


def test_two_live_wrapping_keys_do_not_open_for_each_other(keeper):
    _data_key, sealed, older = wrapped()
    change(lambda contents: contents.with_new_key())
    assert provider().key_id != older
    with pytest.raises(SealBroken):
        provider().unwrap(sealed, PERSON, SUBJECT, provider().key_id)


def test_the_new_wrapping_key_seals_and_the_older_one_opens(keeper):
    data_key, sealed, older = wrapped()
    change(lambda contents: contents.with_new_key())
    assert provider().unwrap(sealed, PERSON, SUBJECT, older) == data_key
    _other, _sealed, newer = wrapped()
    assert newer != older


@pytest.mark.parametrize("state", [KeyState.RETIRED, KeyState.DESTROYED])
def test_a_retired_or_destroyed_wrapping_key_refuses(keeper, state):
    _data_key, sealed, older = wrapped()
    change(lambda contents: contents.with_new_key())
    change(lambda contents: contents.with_state(older, state))
    with pytest.raises(SealBroken):
        provider().unwrap(sealed, PERSON, SUBJECT, older)
    assert (f"wrapping-{older}" in key_module().secrets()) == (state == KeyState.RETIRED)


def test_keys_of_another_module_open_nothing(keeper, new_keeper):
    _data_key, sealed, key_id = wrapped()
    new_keeper(keeper.provider, "another").fill()
    with pytest.raises(SealBroken):
        provider().unwrap(sealed, PERSON, SUBJECT, key_id)


def test_a_module_is_set_up_once(keeper):
    before = key_module().secrets()
    assert not set_up(key_module())
    assert key_module().secrets() == before


@pytest.mark.parametrize("missing", ["installation", "lookup", "code", "register", "wrapping", "signing"])
def test_a_module_that_lacks_a_key_is_refused_with_what_to_do(keeper, missing):
    ids = {"wrapping": provider().key_id, "signing": provider().own_key.thumbprint()}
    name = f"{missing}-{ids[missing]}" if missing in ids else missing
    key_module().remove(name)
    with pytest.raises(ImproperlyConfigured, match=f"lacks {name}; in a new installation run manage.py "):
        ask_again()


def test_an_interrupted_set_up_goes_on_with_what_is_there(empty_keeper):
    empty_keeper.fill()
    before = key_module().secrets()
    key_module().remove("register")
    assert set_up(key_module())
    after = key_module().secrets()
    assert {name: secret for name, secret in after.items() if name in before and name != "register"} == {
        name: secret for name, secret in before.items() if name != "register"
    }


def test_an_empty_module_stops_the_start(empty_keeper):
    with pytest.raises(KeysUnavailable, match=r"manage\.py"):
        ask_again()


def test_a_provider_that_nobody_wrote_is_refused_by_name(settings):
    settings.KEY_PROVIDER = "sky"
    with pytest.raises(KeysUnavailable, match=r"KEY_PROVIDER to one of files, pkcs11\."):
        ask_again()
    forget()


class Counted:
    """A module, and how often it was asked."""

    def __init__(self, module):
        self.module, self.calls = module, 0

    def __getattr__(self, name):
        self.calls += 1
        return getattr(self.module, name)


@pytest.mark.django_db
def test_a_units_four_thousand_names_cost_one_call_of_the_module(keeper, monkeypatch):
    with keys.ring():
        Person.objects.bulk_create([Person(identity={"given": str(number)}) for number in range(MANY)])
    counted = Counted(key_module())
    monkeypatch.setattr(providers, "key_module", lambda: counted)
    forget()
    with keys.ring():
        assert len({person.identity.open()["given"] for person in Person.objects.order_by("pk").with_keys()}) == MANY
    assert counted.calls == 1


def test_what_is_opened_is_asked_for_anew_after_a_while(keeper, monkeypatch):
    before = provider()
    assert provider() is before
    monkeypatch.setattr(providers._opened, "good_until", 0.0)
    assert provider() is not before


def test_a_module_that_is_away_takes_the_keys_with_it(keeper, monkeypatch):
    _data_key, sealed, key_id = wrapped()
    keeper.take_away()
    monkeypatch.setattr(providers._opened, "good_until", 0.0)
    for _ in range(2):
        with pytest.raises(KeysUnavailable):
            provider()
    keeper.bring_back()
    assert provider().unwrap(sealed, PERSON, SUBJECT, key_id)


@pytest.mark.django_db
def test_while_the_module_is_away_pages_are_not_available_and_never_empty(keeper):
    mapper = situations.an_account(Role.MAPPER)
    person = situations.a_person(family="Synlig", at=mapper.current_posts[0].unit)
    client = Client(raise_request_exception=False)
    client.force_login(mapper)
    address = reverse("desk:person", kwargs={"person": person.pk})
    assert "Synlig" in client.get(address).text
    keeper.take_away()
    health = client.get("/helse/")
    assert (health.status_code, health.content) == (503, b"keys")
    for url in (address, reverse("desk:worklist")):
        page = client.get(url)
        assert (page.status_code, page["Retry-After"]) == (503, "30")
        assert "ikke tilgjengelig" in page.text
        assert "Synlig" not in page.text
    keeper.bring_back()
    assert client.get("/helse/").content == b"ok"
    assert "Synlig" in client.get(address).text


@pytest.mark.django_db
def test_what_was_sent_while_the_module_is_away_changes_nothing(keeper):
    person = situations.a_person()
    keeper.take_away()
    with pytest.raises(KeysUnavailable):
        ask_again()
    rows = Key.objects.count(), Person.objects.get(pk=person.pk).row_version
    with pytest.raises(KeysUnavailable):
        situations.a_person()
    assert (Key.objects.count(), Person.objects.get(pk=person.pk).row_version) == rows
