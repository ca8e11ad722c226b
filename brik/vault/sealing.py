"""Seals bytes so that they open only in their own place: AES-256-GCM with length-prefixed associated data."""

from __future__ import annotations

import hashlib
import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = b"\x01"
# The format of an empty column of a sealed row; see :func:`seal_nothing`.
NOTHING = b"\x02"
NONCE_BYTES = 12
TAG_BYTES = 16
_SIXTEEN = (16).to_bytes(4, "big")


class SealBroken(Exception):
    """A stored value was changed, moved or replaced by an older one, or its key is gone.

    Holds no content and no identity.
    """


class Shredded(SealBroken):
    """The key of a keeping was destroyed on purpose: what it sealed is meant to be gone."""


class KeyPair:
    """A key and the one it replaces, while values are sealed under both. Seals with the newer, and opens with each."""

    def __init__(self, newest: AESGCM, before: AESGCM) -> None:
        self.newest, self.before = newest, before

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes | None) -> bytes:
        return self.newest.encrypt(nonce, data, associated)

    def decrypt(self, nonce: bytes, data: bytes, associated: bytes | None) -> bytes:
        """Raises ``InvalidTag`` for what neither opens."""
        try:
            return self.newest.decrypt(nonce, data, associated)
        except InvalidTag:
            return self.before.decrypt(nonce, data, associated)


# What seals and opens values.
DataKey = AESGCM | KeyPair


def associated_data(*parts: str | int | bytes) -> bytes:
    """Join ``parts``, each with its length before it, so that two different lists never give the same bytes."""
    joined = b""
    for part in parts:
        encoded = part if isinstance(part, bytes) else str(part).encode()
        joined += len(encoded).to_bytes(4, "big") + encoded
    return joined


def uuid_data(value: UUID) -> bytes:
    """What :func:`associated_data` gives for the bytes of ``value``, but faster, for thousands of rows."""
    return _SIXTEEN + value.bytes


def seal(key: DataKey, plaintext: bytes, bound_to: bytes) -> bytes:
    """Encrypt ``plaintext`` under ``key``, bound to ``bound_to``; gives format, nonce, ciphertext and tag."""
    nonce = os.urandom(NONCE_BYTES)
    return FORMAT + nonce + key.encrypt(nonce, plaintext, bound_to)


def unseal(key: DataKey, sealed: bytes, bound_to: bytes) -> bytes:
    """The bytes that were sealed. Raises :class:`SealBroken` for anything that was not sealed in this place."""
    if sealed[:1] != FORMAT or len(sealed) < 1 + NONCE_BYTES + TAG_BYTES:
        raise SealBroken("unknown format")
    try:
        return key.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], bound_to)
    except InvalidTag:
        raise SealBroken("the seal does not fit this place") from None


def seal_nothing(key: DataKey, bound_to: bytes) -> bytes:
    """The proof that this place is empty.

    The same place always gives the same bytes, so a row that is saved without a change stays as it was.
    """
    bound = associated_data("brik/nothing") + bound_to
    return NOTHING + key.encrypt(hashlib.sha256(bound).digest()[:NONCE_BYTES], b"", bound)


def is_nothing(sealed: bytes) -> bool:
    """Whether ``sealed`` claims that the place is empty; :func:`demand_nothing` checks the claim."""
    return sealed[:1] == NOTHING


def demand_nothing(key: DataKey, sealed: bytes, bound_to: bytes) -> None:
    """Raises :class:`SealBroken` unless ``sealed`` proves that this place is empty."""
    if not hmac.compare_digest(sealed, seal_nothing(key, bound_to)):
        if isinstance(key, KeyPair):
            return demand_nothing(key.before, sealed, bound_to)
        raise SealBroken("the seal does not fit this place")
