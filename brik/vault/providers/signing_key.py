"""The key that signs what we send and hand out now, and those that signed before."""

from __future__ import annotations

from datetime import datetime

from brik.vault.providers import signing_keys
from brik.vault.providers.provider import provider
from brik.vault.providers.signing_keys import SigningKey


def signing_key() -> bytes:
    """The key that signs now, PEM. Raises ``KeysUnavailable`` when the module is away."""
    return signing_keys.current(provider().signing).private


def public_keys() -> dict[str, dict[str, str]]:
    """What whoever checks our signatures must know now: the public halves (JWK) by their ids, the one that signs first.

    During an exchange these are two: the next one is known before it signs, the replaced one until what it has signed
    has arrived.
    """
    order, keys = signing_keys.PUBLISHED, provider().signing
    known = sorted(
        (item for item in keys.items() if item[1].state in order), key=lambda item: order.index(item[1].state)
    )
    return {key_id: _jwk(key_id, key) for key_id, key in known}


def public_key_at(key_id: str, moment: datetime) -> dict[str, str] | None:
    """The public half (JWK) of the key that may have signed what was there at ``moment``; None for no such key.

    Take the moment from a row that proves it, never from what was signed.
    """
    key = provider().signing.get(key_id)
    return _jwk(key_id, key) if key is not None and key.may_have_signed(moment) else None


def _jwk(key_id: str, key: SigningKey) -> dict[str, str]:
    return {**key.public, "kid": key_id, "alg": signing_keys.ALGORITHM, "use": "sig"}
