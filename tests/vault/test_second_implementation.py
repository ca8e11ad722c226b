"""Two implementations that share no line agree: ours, and one in Python alone, written from the page of the format."""

import ast
import json
import sys
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection
from hypothesis import given
from hypothesis import settings as properties
from hypothesis import strategies as st

from brik.people.models import Person
from brik.slips.topics import Topic
from brik.staff.models import Organisation
from brik.vault import keys
from brik.vault.models import Key
from brik.vault.providers.key_contents import read_contents
from brik.vault.providers.key_module import key_module
from brik.vault.providers.provider import provider
from brik.vault.sealing import SealBroken, associated_data, demand_nothing, seal, seal_nothing, unseal
from tests import situations
from tests.examples import tries
from tests.slips import turns
from tests.vault import second, vector_files
from tests.vault.second import __main__ as answers
from tests.vault.second import aes, sealed_format

KEYS, NONCES, TEXTS = st.binary(min_size=32, max_size=32), st.binary(min_size=12, max_size=12), st.binary(max_size=80)
PLACES = st.fixed_dictionaries(
    {
        "installation": st.text(max_size=12),
        "table": st.text(max_size=12),
        "column": st.text(max_size=12),
        "person": st.uuids().map(str),
        "row": st.uuids().map(str),
        "row_version": st.integers(0, 2**31 - 1),
    }
)


def test_it_is_built_on_nothing_but_the_language():
    """Nothing of BRIK, and no library that encrypts."""
    own, imported = second.__name__, set()
    for path in sorted(vector_files.FOLDER.parent.joinpath("second").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module)
    others = {name for name in imported if not name.startswith(own)}
    assert {name.split(".")[0] for name in others} <= sys.stdlib_module_names
    assert not others & {"ssl", "_ssl", "ctypes"}


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (16, "69c4e0d86a7b0430d8cdb78070b4c55a"),
        (24, "dda97ca4864cdfe06eaf70a0ec0d7191"),
        (32, "8ea2b7ca516745bfeafc49904b496089"),
    ],
)
def test_its_block_cipher_gives_the_examples_of_the_standard(length, expected):
    """FIPS 197, appendix C."""
    block = bytes.fromhex("00112233445566778899aabbccddeeff")
    assert aes.encrypt_block(aes.expand(bytes(range(length))), block).hex() == expected


@pytest.mark.parametrize("name", answers.FILES)
def test_it_makes_every_published_answer_to_the_byte(name):
    assert (vector_files.FOLDER / f"{name}.json").read_text() == answers.written(name)


@pytest.mark.parametrize("case", vector_files.cases("refused"), ids=lambda case: case["why"])
def test_it_refuses_what_must_never_open(case):
    key, sealed = vector_files.bytes_of(case, "key", "sealed")
    bound = sealed_format.bound_to(case["place"])
    with pytest.raises(sealed_format.RefusedError):
        sealed_format.unseal(key, sealed, bound)
    assert sealed != sealed_format.nothing(key, bound)


@properties(max_examples=tries(60))
@given(KEYS, NONCES, TEXTS, PLACES)
def test_both_seal_to_the_same_bytes_and_each_opens_what_the_other_sealed(key, nonce, text, place):
    theirs = sealed_format.bound_to(place)
    assert vector_files.bound_to(place) == theirs
    with vector_files.nonces(nonce):
        ours = seal(AESGCM(key), text, theirs)
    assert ours == sealed_format.seal(key, nonce, text, theirs)
    assert sealed_format.unseal(key, ours, theirs) == unseal(AESGCM(key), ours, theirs) == text
    assert seal_nothing(AESGCM(key), theirs) == sealed_format.nothing(key, theirs)


@properties(max_examples=tries(60))
@given(KEYS, NONCES, TEXTS, PLACES, PLACES)
def test_both_refuse_at_every_place_but_one(key, nonce, text, here, there):
    sealed, nothing = (
        sealed_format.seal(key, nonce, text, sealed_format.bound_to(here)),
        sealed_format.nothing(key, sealed_format.bound_to(here)),
    )
    bound = vector_files.bound_to(there)
    if here == there:
        return
    with pytest.raises(SealBroken):
        unseal(AESGCM(key), sealed, bound)
    with pytest.raises(SealBroken):
        demand_nothing(AESGCM(key), nothing, bound)
    with pytest.raises(sealed_format.RefusedError):
        sealed_format.unseal(key, sealed, bound)


@given(st.lists(st.binary(max_size=20), max_size=8))
def test_both_join_parts_to_the_same_bytes(parts):
    assert associated_data(*parts) == sealed_format.counted(*parts)


@given(st.text(max_size=20), st.text(max_size=20))
def test_both_give_the_same_look_up_hash(purpose, value):
    expected = sealed_format.lookup_hash(provider().lookup_key, purpose, value)
    assert keys.lookup_hash(purpose, value) == expected


# --- The bytes in the database ---------------------------------------------------------------------------------------


def stored(statement, *parameters):
    """One row as it lies in the table."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [bytes(value) if isinstance(value, memoryview) else value for value in cursor.fetchone()]


def data_key(subject: UUID) -> bytes:
    """The data key of a person or an organisation, opened without our code but for where the wrapping key lies."""
    keeping, wrapped, key_id = stored("SELECT keeping, wrapped, key_id FROM vault_key WHERE subject = %s", subject)
    name = {"installation": provider().installation, "keeping": keeping, "id": str(subject), "key_id": key_id}
    return sealed_format.unwrap(wrapping_key(key_id), wrapped, name)


def wrapping_key(key_id: str) -> bytes:
    return read_contents(key_module()).wrapping[key_id].key


def place_of(table, column, person, row, row_version):
    uuids = {"person": str(person), "row": str(row)}
    return {
        "installation": provider().installation,
        "table": table,
        "column": column,
        "row_version": row_version,
    } | uuids


@pytest.mark.django_db
def test_it_opens_a_row_that_we_have_stored():
    someone = situations.a_person()
    version, identity, protection = stored(
        "SELECT row_version, identity, protection FROM people_person WHERE uuid = %s", someone.pk
    )
    key = data_key(someone.pk)
    bound = sealed_format.bound_to(place_of("person", "identity", someone.pk, someone.pk, version))
    assert json.loads(sealed_format.unseal(key, identity, bound)) == someone.identity.open()
    bound = sealed_format.bound_to(place_of("person", "protection", someone.pk, someone.pk, version))
    assert protection == sealed_format.nothing(key, bound)


@pytest.mark.django_db
def test_we_open_a_row_that_it_has_sealed():
    someone = situations.a_person()
    key, words = data_key(someone.pk), {"given": "Anna", "middle": "", "family": "Prøvesen", "aliases": []}
    version = someone.row_version + 1
    bound = [
        sealed_format.bound_to(place_of("person", column, someone.pk, someone.pk, version))
        for column in ("identity", "protection")
    ]
    identity = sealed_format.seal(key, b"twelve bytes", json.dumps(words).encode(), bound[0])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_person SET row_version = %s, identity = %s, protection = %s WHERE uuid = %s",
            [version, identity, sealed_format.nothing(key, bound[1]), someone.pk],
        )
    found = Person.objects.get(pk=someone.pk)
    assert (found.identity.open(), found.protection) == (words, None)


@pytest.mark.django_db
def test_it_opens_a_slip_with_the_keys_of_the_person_and_the_organisation_and_with_neither_alone():
    oslo = situations.a_unit("Oslo fengsel")
    turns.health_service(oslo)
    slip = turns.turned(situations.a_person(at=oslo), Topic.SLEEP)
    organisation = Organisation.key_subject(slip.organisation_id)
    row = Key.objects.get(subject=slip.pk)
    name = {
        "installation": provider().installation,
        "row": str(slip.pk),
        "person": str(slip.person_id),
        "organisation": str(organisation),
        "key_id": row.key_id,
    }
    opened = {"person": data_key(slip.person_id), "organisation": data_key(organisation)}
    opened["wrapping"] = wrapping_key(row.key_id)
    own = sealed_format.unshare(opened, bytes(row.wrapped), name)
    version, content = stored("SELECT row_version, content FROM slips_slip WHERE uuid = %s", slip.pk)
    bound = sealed_format.bound_to(place_of("slip", "content", slip.person_id, slip.pk, version))
    assert json.loads(sealed_format.unseal(own, content, bound)) == slip.content.open()
    for missing in opened:
        with pytest.raises(sealed_format.RefusedError):
            sealed_format.unshare(opened | {missing: bytes(32)}, bytes(row.wrapped), name)
