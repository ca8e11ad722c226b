"""Our code opens the published answers and, with the same nonces, makes exactly these bytes."""

import json
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils import timezone

from brik.vault import keys, shared_keys
from brik.vault.fields import SealedBytesField, SealedField
from brik.vault.models import ORGANISATION, PERSON, SHARED_ROW, Key
from brik.vault.providers.key_contents import KeyContents, KeyState, WrappingKey
from brik.vault.providers.lookup_keys import LookupKeys
from brik.vault.providers.provider import ask_again, forget
from brik.vault.sealing import SealBroken, demand_nothing, is_nothing, seal, seal_nothing, unseal
from brik.vault.shared_keys import SharedKeyName
from tests.vault import vector_files
from tests.vault.vector_files import bytes_of, cases, nonces


@pytest.fixture
def house_of(monkeypatch):
    """Gives the provider of an installation whose module holds the keys of a vector."""

    def opened(*, installation, key_id, wrapping, lookup=bytes(32)):
        current = WrappingKey(KeyState.CURRENT, timezone.now(), wrapping)
        contents = KeyContents(installation, LookupKeys((lookup, b"")), bytes(32), {key_id: current})
        monkeypatch.setattr("brik.vault.providers.provider.read_contents", lambda module: contents)
        return ask_again()

    yield opened
    forget()


@pytest.mark.parametrize("case", cases("values"), ids=lambda case: case["about"])
def test_a_value_is_sealed_to_exactly_these_bytes_and_opens_from_them(case):
    key, nonce, plaintext, bound, sealed = bytes_of(case, "key", "nonce", "plaintext", "associated_data", "sealed")
    assert vector_files.bound_to(case["place"]) == bound
    assert unseal(AESGCM(key), sealed, bound) == plaintext
    with nonces(nonce):
        assert seal(AESGCM(key), plaintext, bound) == sealed
    field = SealedField() if case["kind"] == "JSON" else SealedBytesField()
    assert field.encode(field.decode(plaintext)) == plaintext


@pytest.mark.parametrize("case", cases("nothings"), ids=lambda case: case["about"])
def test_an_empty_column_is_sealed_to_exactly_these_bytes(case):
    key, bound, sealed = bytes_of(case, "key", "associated_data", "sealed")
    assert vector_files.bound_to(case["place"]) == bound
    assert seal_nothing(AESGCM(key), bound) == sealed
    demand_nothing(AESGCM(key), sealed, bound)


@pytest.mark.parametrize("case", cases("refused"), ids=lambda case: case["why"])
def test_what_must_never_open_is_refused(case):
    own, sealed = bytes_of(case, "key", "sealed")
    key, bound = AESGCM(own), vector_files.bound_to(case["place"])
    with pytest.raises(SealBroken):
        unseal(key, sealed, bound)
    with pytest.raises(SealBroken):
        demand_nothing(key, sealed, bound)
    assert is_nothing(sealed) == (case["sealed"][:2] == "02")


@pytest.mark.parametrize("case", cases("wrapped_keys"), ids=lambda case: case["about"])
def test_a_data_key_is_wrapped_to_exactly_these_bytes_and_opens_in_no_other_name(case, house_of):
    wrapping, nonce, data_key, wrapped = bytes_of(case, "wrapping_key", "nonce", "data_key", "wrapped")
    name = case["name"]
    house = house_of(installation=name["installation"], key_id=name["key_id"], wrapping=wrapping)
    keeping, subject = name["keeping"], UUID(name["id"])
    with nonces(nonce):
        assert house.wrap(data_key, keeping, subject) == wrapped
    assert house.unwrap(wrapped, keeping, subject, name["key_id"]) == data_key
    own = name["key_id"]
    for other in (("shared_row", subject, own), (keeping, UUID(int=1), own), (keeping, subject, "another")):
        with pytest.raises(SealBroken):
            house.unwrap(wrapped, *other)


@pytest.mark.django_db
@pytest.mark.parametrize("case", cases("shared_keys"), ids=lambda case: case["about"])
def test_the_key_of_a_row_opens_with_a_persons_and_an_organisations(case, house_of):
    secrets = {whose: bytes.fromhex(key) for whose, key in case["keys"].items()}
    given = {whose: bytes.fromhex(nonce) for whose, nonce in case["nonces"].items()}
    stored, bound, name = bytes.fromhex(case["wrapped"]), bytes.fromhex(case["associated_data"]), case["name"]
    house = house_of(installation=name["installation"], key_id=name["key_id"], wrapping=secrets["wrapping"])
    row, person, organisation = (UUID(name[part]) for part in ("row", "person", "organisation"))
    shared_name = SharedKeyName(row=row, person=person, organisation=organisation)
    assert shared_name.bound_to == bound
    for keeping, subject, whose, wrapped in (
        (PERSON, person, person, house.wrap(secrets["person"], PERSON, person)),
        (ORGANISATION, organisation, None, house.wrap(secrets["organisation"], ORGANISATION, organisation)),
        (SHARED_ROW, row, person, stored),
    ):
        Key.objects.create(keeping=keeping, subject=subject, person=whose, wrapped=wrapped, key_id=name["key_id"])
    opened = shared_keys.key_for(shared_name)
    assert opened.encrypt(bytes(12), b"", None) == AESGCM(secrets["data"]).encrypt(bytes(12), b"", None)
    with nonces(given["organisation"], given["person"], given["wrapping"]):
        inner = seal(AESGCM(secrets["organisation"]), secrets["data"], bound)
        outer = seal(AESGCM(secrets["person"]), inner, bound)
        assert house.wrap(outer, SHARED_ROW, row) == stored


@pytest.mark.parametrize("case", cases("lookup_hashes"), ids=lambda case: f"{case['purpose']} {case['value']}")
def test_a_look_up_hash_is_exactly_this_one(case, house_of):
    lookup, expected = bytes_of(case, "lookup_key", "hash")
    house_of(installation="any", key_id="any", wrapping=bytes(32), lookup=lookup)
    assert keys.lookup_hash(case["purpose"], case["value"]) == expected


def test_every_file_of_answers_is_read_by_a_test_here_and_says_where_its_format_stands():
    files = {path.stem: json.loads(path.read_text()) for path in vector_files.FOLDER.glob("*.json")}
    assert {*files} == {"values", "nothings", "refused", "wrapped_keys", "shared_keys", "lookup_hashes"}
    assert {content["format"] for content in files.values()} == {"docs/sealed-format.md"}
