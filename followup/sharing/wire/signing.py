"""Compact JWS for messages to and from other systems: RS256, with key id and envelope in the protected header."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from brik.vault.providers.provider import provider
from brik.vault.providers.signing_key import public_key_at, public_keys
from brik.vault.providers.signing_keys import ALGORITHM
from followup.sharing.wire.message_schemas import InvalidMessage, can_be_stored

ENVELOPE = ("kid", "messageId", "SchemaName", "SchemaVersion", "senderOrganization")
SENDER = "KRIMINALOMSORGEN"
LARGEST_MESSAGE = 2 * 1024 * 1024
# The key id is looked up in the database before the signature is checked, so its form is bounded here.
_KEY_ID = re.compile(r"[\x21-\x7e]{1,100}")


# Finds a public key (JWK) by its id; None for one that is not trusted.
KeyOf = Callable[[str], Mapping[str, Any] | None]


class _Registry(jws.JWSRegistry):
    """Allows the sector's own header names, and messages as large as ours."""

    max_header_length = 2048
    max_payload_length = LARGEST_MESSAGE * 2


_registry = _Registry(algorithms=[ALGORITHM], strict_check_header=False)


@dataclass(frozen=True)
class Signed:
    """A message whose signature has been checked."""

    payload: bytes
    kid: str
    message_id: str
    schema: str
    version: str
    sender: str
    # As it was received.
    token: str = ""


def own_key() -> RSAKey:
    """The key that signs our messages now. Raises ``KeysUnavailable`` when the key module is away."""
    return provider().own_key


def own_public_key(kid: str) -> dict[str, str] | None:
    """Our public key (JWK) of this id, if what it signs is good now: two during an exchange."""
    return public_keys().get(kid)


def own_key_at(moment: datetime) -> KeyOf:
    """Finds our public key that may have signed what was there at a moment, also one that is retired by now.

    The moment comes from a row that proves it, never from what was signed.
    """
    return lambda kid: public_key_at(kid, moment)


@lru_cache(maxsize=64)
def _public(modulus: str, exponent: str) -> RSAKey:
    """A public key from its two numbers. Cached: importing it costs more than checking a signature."""
    return RSAKey.import_key({"kty": "RSA", "n": modulus, "e": exponent})


def public_jwk(key: RSAKey) -> dict[str, Any]:
    """The public half of ``key``, for those who check its signatures."""
    return {**key.as_dict(private=False), "kid": key.thumbprint(), "alg": ALGORITHM, "use": "sig"}


def sign(
    payload: bytes, *, key: RSAKey, message_id: str, schema: str, version: str = "1.0", sender: str = SENDER
) -> str:
    """The signed message. The same message always gives the same bytes."""
    header = {
        "alg": ALGORITHM,
        "kid": key.thumbprint(),
        "messageId": message_id,
        "SchemaName": schema,
        "SchemaVersion": version,
        "senderOrganization": sender,
    }
    return jws.serialize_compact(header, payload, key, registry=_registry)


def verify(token: bytes | str, key_of: KeyOf) -> Signed:
    """Check a message against the public key (JWK) that ``key_of`` finds by its id. Only RS256 is accepted.

    Raises :class:`InvalidMessage`.
    """
    try:
        compact = jws.extract_compact(token if isinstance(token, bytes) else token.encode(), registry=_registry)
        header = compact.protected
        if header.get("alg") != ALGORITHM or "crit" in header:
            raise InvalidMessage("the message is not signed with RS256")
        envelope = [str(header.get(name) or "") for name in ENVELOPE]
        if not all(isinstance(header.get(name), str) and 0 < len(header[name]) <= 100 for name in ENVELOPE):
            raise InvalidMessage("the envelope of the message is not whole")
        if not all(map(can_be_stored, envelope)):
            raise InvalidMessage("the envelope of the message holds a NUL or half a character")
        kid, message_id, schema, version, sender = envelope
        if not _KEY_ID.fullmatch(kid):
            raise InvalidMessage("the message is signed by an unknown key")
        jwk = key_of(kid)
        if jwk is None:
            raise InvalidMessage("the message is signed by an unknown key")
        if not jws.validate_compact(compact, _public(jwk["n"], jwk["e"]), registry=_registry):
            raise InvalidMessage("the signature does not fit the message")
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InvalidMessage("the message is not a signed message") from error
    text = token if isinstance(token, str) else token.decode()
    return Signed(compact.payload, kid, message_id, schema, version, sender, text)
