"""The module key never leaves its module; a module that is missing, wrong or locked stops the start in one sentence."""

import os
import stat

import pkcs11
import pytest
from django.conf import settings as brik_settings
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass

from brik.vault.providers import pkcs11_provider
from brik.vault.providers.key_module import key_module
from brik.vault.providers.pkcs11_provider import APPLICATION, MODULE_KEY, end_session
from brik.vault.providers.provider import ask_again, forget, provider
from brik.vault.providers.unavailable_keys import KeysUnavailable
from tests.vault.key_keepers import PIN


def session():
    """The sign-in of this process, as a thief with the PIN would have one."""
    ask_again()
    return pkcs11_provider._Session.of_process()


def objects():
    return list(session().get_objects({Attribute.CLASS: ObjectClass.DATA, Attribute.APPLICATION: APPLICATION}))


def test_the_module_key_cannot_be_read_or_taken_out(token):
    key = session().get_key(object_class=ObjectClass.SECRET_KEY, label=MODULE_KEY)
    assert (key[Attribute.KEY_TYPE], key[Attribute.VALUE_LEN]) == (KeyType.AES, 32)
    assert [key[flag] for flag in (Attribute.SENSITIVE, Attribute.NEVER_EXTRACTABLE, Attribute.LOCAL)] == [True] * 3
    assert key[Attribute.PRIVATE]
    assert not key[Attribute.EXTRACTABLE]
    with pytest.raises(pkcs11.PKCS11Error):
        key[Attribute.VALUE]
    other = session().generate_key(KeyType.AES, 256, template={Attribute.WRAP: True})
    with pytest.raises(pkcs11.PKCS11Error):
        other.wrap_key(key, mechanism=Mechanism.AES_KEY_WRAP)
    with pytest.raises(pkcs11.PKCS11Error):
        key[Attribute.EXTRACTABLE] = True


def test_no_other_key_lies_in_the_module_in_clear(token):
    secrets = {name: secret for name, secret in key_module().secrets().items() if len(secret) == 32}
    assert len(secrets) == 3
    stored = b"".join(entry[Attribute.VALUE] for entry in objects())
    on_disk = b"".join(path.read_bytes() for path in token.folder.rglob("*") if path.is_file())
    for secret in secrets.values():
        assert secret not in stored + on_disk


def test_what_is_kept_is_seen_only_after_the_sign_in(token):
    assert all(entry[Attribute.PRIVATE] for entry in objects())


def test_a_secret_under_another_name_does_not_open(token):
    (code,) = [entry for entry in objects() if entry[Attribute.LABEL].startswith("code ")]
    value = code[Attribute.VALUE]
    key_module().remove("lookup")
    session_of = pkcs11_provider._Session.of_process()
    place = {Attribute.CLASS: ObjectClass.DATA, Attribute.TOKEN: True, Attribute.PRIVATE: True}
    session_of.create_object(
        {**place, Attribute.APPLICATION: APPLICATION, Attribute.LABEL: "lookup 1", Attribute.VALUE: value}
    )
    with pytest.raises(KeysUnavailable):
        ask_again()


def test_of_a_change_that_was_interrupted_the_newer_secret_counts(token):
    key_module().put("spor", b"eldre")
    (older,) = [entry for entry in objects() if entry[Attribute.LABEL].startswith("spor ")]
    kept = {
        name: older[name]
        for name in (Attribute.CLASS, Attribute.PRIVATE, Attribute.APPLICATION, Attribute.LABEL, Attribute.VALUE)
    }
    key_module().put("spor", b"nyere")
    session().create_object({**kept, Attribute.TOKEN: True})
    assert key_module().secrets()["spor"] == b"nyere"
    key_module().put("spor", b"nyest")
    assert [entry[Attribute.LABEL] for entry in objects() if entry[Attribute.LABEL].startswith("spor")] == ["spor 3"]


def test_a_process_signs_in_once(token, monkeypatch):
    sign_ins = []
    signed_in = pkcs11_provider._signed_in

    def counted():
        sign_ins.append(os.getpid())
        return signed_in()

    monkeypatch.setattr(pkcs11_provider, "_signed_in", counted)
    end_session()
    for _ in range(5):
        forget()
        provider()
    assert len(sign_ins) == 1


def stops(sentence):
    end_session()
    with pytest.raises(KeysUnavailable, match=sentence) as refused:
        ask_again()
    assert PIN not in str(refused.value)


def test_a_token_that_is_not_there_stops_the_start(token, settings):
    settings.PKCS11_TOKEN = "annen"
    stops("no token annen; set PKCS11_TOKEN")


def test_a_library_that_is_not_there_stops_the_start(token, settings, tmp_path):
    settings.PKCS11_LIBRARY = str(tmp_path / "borte.so")
    stops(r"does not answer .* see that .*borte\.so is there")


@pytest.mark.parametrize("name", ["PKCS11_LIBRARY", "PKCS11_TOKEN"])
def test_a_setting_that_is_missing_stops_the_start(token, settings, name):
    setattr(settings, name, "")
    stops(f"Set {name}")


def test_a_wrong_pin_stops_the_start_and_is_tried_once(token, settings, monkeypatch):
    settings.PKCS11_PIN = "feilfeil"
    stops(r"PIN of the token brik is wrong; set PKCS11_PIN_FILE or PKCS11_PIN\.")
    # The module is not even asked: a hardware module locks itself after a few wrong ones.
    monkeypatch.setattr(pkcs11, "lib", lambda library: pytest.fail("tried again"))
    stops("is wrong")


class Locked:
    """A library whose token has locked itself after wrong PINs, as SoftHSM never does."""

    def reinitialize(self):
        pass

    def get_token(self, token_label):
        return self

    def open(self, **how):
        raise pkcs11.PinLocked


def test_a_locked_token_stops_the_start(token, monkeypatch):
    monkeypatch.setattr(pkcs11, "lib", lambda library: Locked())
    stops("token brik is locked after wrong PINs; its security officer must set a new PIN")


def test_a_token_without_keys_names_both_ways_to_get_them(new_keeper):
    new_keeper("pkcs11")
    stops(r"holds no module key; in a new installation run manage\.py wrapping_key create, .* wrapping_key restore")


def test_the_pin_comes_from_a_file_of_its_owners_only(token, settings, tmp_path):
    file = tmp_path / "pin"
    file.write_text(f"{PIN}\n")
    settings.PKCS11_PIN, settings.PKCS11_PIN_FILE = "", file
    file.chmod(0o640)
    stops("its mode must be 0600")
    file.chmod(stat.S_IRUSR | stat.S_IWUSR)
    assert ask_again().installation
    settings.PKCS11_PIN_FILE = None
    stops("Set PKCS11_PIN_FILE")


def test_no_command_takes_a_pin_or_a_passphrase_as_an_argument():
    commands = [*brik_settings.BASE_DIR.glob("brik/**/management/commands/*.py")]
    assert commands
    assert not [path.name for path in commands if '"--pin' in path.read_text() or '"--passphrase"' in path.read_text()]
