"""The published schemas and their examples agree."""

import json

import pytest
from jsonschema import Draft202012Validator

from followup.sharing.wire import message_schemas

EXAMPLES = sorted((message_schemas.SCHEMAS / "examples").glob("*.json"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_example_follows_its_schema(file):
    schema = next(name for name in ("BRIK_KARTLEGGING", "BRIK_TILBAKETREKKING", "KVITTERING") if name in file.stem)
    message_schemas.read(file.read_bytes(), schema)


@pytest.mark.parametrize("file", sorted(message_schemas.SCHEMAS.glob("*.json")), ids=lambda file: file.stem)
def test_every_schema_is_a_schema_and_has_an_example(file):
    Draft202012Validator.check_schema(json.loads(file.read_text()))
    assert any(example.stem.startswith(file.name.removesuffix(".schema.json")) for example in EXAMPLES)


@pytest.mark.parametrize("missing", ["formaal", "bruksbegrensning", "meldingsId", "samtykke", "omraader", "kontakt"])
def test_a_message_without_what_it_must_say_is_malformed(missing):
    message = json.loads((message_schemas.SCHEMAS / "examples" / "BRIK_KARTLEGGING.json").read_text())
    del message[missing]
    with pytest.raises(message_schemas.InvalidMessage):
        message_schemas.check(message, message_schemas.MAPPING)


@pytest.mark.parametrize("place", ["", "person", "samtykke", "skjema", "lokasjonEnhet"])
def test_a_message_that_says_more_than_the_schema_knows_is_malformed(place):
    message = json.loads((message_schemas.SCHEMAS / "examples" / "BRIK_KARTLEGGING.json").read_text())
    (message[place] if place else message)["navn"] = "noe mer"
    with pytest.raises(message_schemas.InvalidMessage) as malformed:
        message_schemas.check(message, message_schemas.MAPPING)
    assert "noe mer" not in str(malformed.value)


@pytest.mark.parametrize("payload", [b"", b"[]", b"{", b'"x"', b"\xff", b"[" * 100_000])
def test_what_is_no_message_is_malformed(payload):
    with pytest.raises(message_schemas.InvalidMessage):
        message_schemas.read(payload, message_schemas.MAPPING)


def test_an_unknown_schema_is_malformed():
    with pytest.raises(message_schemas.InvalidMessage):
        message_schemas.check({}, "HEMMELIG")
