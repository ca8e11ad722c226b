"""Messages between systems are trusted by their signature and nothing else."""

import base64
import json

import pytest
from joserfc.jwk import RSAKey

from followup.sharing.wire import message_schemas, signing

ours = RSAKey.generate_key(2048)
theirs = RSAKey.generate_key(2048)
PUBLIC = signing.public_jwk(ours)


def known(kid: str):
    return PUBLIC if kid == PUBLIC["kid"] else None


def message(payload: bytes = b'{"a":1}', key: RSAKey = ours) -> str:
    return signing.sign(payload, key=key, message_id="m-1", schema="BRIK_KARTLEGGING")


def test_a_signed_message_is_read_back_with_its_envelope():
    signed = signing.verify(message(), known)
    assert signed.payload == b'{"a":1}'
    assert (signed.message_id, signed.schema, signed.sender) == ("m-1", "BRIK_KARTLEGGING", "KRIMINALOMSORGEN")


def test_the_same_message_always_travels_as_the_same_bytes():
    assert message() == message()


def test_a_message_of_a_megabyte_is_signed_and_read():
    assert len(signing.verify(message(b"x" * 1_000_000), known).payload) == 1_000_000


def test_a_message_signed_by_an_unknown_key_is_refused():
    with pytest.raises(message_schemas.InvalidMessage):
        signing.verify(message(key=theirs), known)


def test_a_message_signed_by_another_key_under_a_known_key_id_is_refused():
    with pytest.raises(message_schemas.InvalidMessage):
        signing.verify(message(key=theirs), lambda kid: PUBLIC)


def test_changed_content_is_refused():
    head, _, tail = message().split(".")
    other = base64.urlsafe_b64encode(b'{"a":2}').rstrip(b"=").decode()
    with pytest.raises(message_schemas.InvalidMessage):
        signing.verify(f"{head}.{other}.{tail}", known)


@pytest.mark.parametrize("alg", ["none", "HS256", "RS512", "PS256"])
def test_no_other_algorithm_is_taken(alg):
    _, body, tail = message().split(".")
    header = {"alg": alg, "kid": PUBLIC["kid"], "messageId": "m", "SchemaName": "X", "SchemaVersion": "1.0"}
    header["senderOrganization"] = "KRIMINALOMSORGEN"
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    with pytest.raises(message_schemas.InvalidMessage):
        signing.verify(f"{head}.{body}.{tail}", known)


@pytest.mark.parametrize("token", ["", ".", "a.b.c", "a..b", "æ.ø.å", b"\xff\x00.\x00.\x00", "x" * 100])
def test_what_is_no_message_is_refused(token):
    with pytest.raises(message_schemas.InvalidMessage):
        signing.verify(token, known)


@pytest.mark.parametrize("kid", ["a\x00b", "\ud800", "a b", "æ"])
def test_a_key_id_that_no_key_has_is_never_looked_up(kid):
    header = {"alg": "RS256", "kid": kid, "messageId": "m", "SchemaName": "X", "SchemaVersion": "1.0"}
    header["senderOrganization"] = "KRIMINALOMSORGEN"
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    asked: list[str] = []
    with pytest.raises(message_schemas.InvalidMessage):
        signing.verify(f"{head}.e30.e30", asked.append)
    assert asked == []


def test_a_header_nested_without_end_is_refused():
    head = base64.urlsafe_b64encode(b"[" * 1500).rstrip(b"=").decode()
    with pytest.raises(message_schemas.InvalidMessage):
        signing.verify(f"{head}.e30.e30", known)


def test_only_the_public_half_of_a_key_is_handed_out():
    assert set(PUBLIC) == {"kty", "n", "e", "kid", "alg", "use"}
