"""The pairs of keys that sign what we send and hand out: which of them signs, and until when each is good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone
from joserfc.jwk import RSAKey

# What messages between systems in the sector are signed with.
ALGORITHM, BITS = "RS256", 3072
# The module keeps the private half of each under this and its id.
PREFIX = "signing-"


class SigningState(StrEnum):
    """What a signing key does. The public half of each is kept for good."""

    NEXT = "next"  # those who check our signatures get to know it; it signs nothing yet
    CURRENT = "current"  # signs
    REPLACED = "replaced"  # signs nothing more; what it has signed is still on its way
    RETIRED = "retired"  # its private half is gone; what it signed before that is still good


# Those that whoever checks our signatures must know.
PUBLISHED = (SigningState.CURRENT, SigningState.NEXT, SigningState.REPLACED)


@dataclass(frozen=True)
class SigningKey:
    """One pair of keys. The private half is not shown, and empty once the key is retired."""

    state: SigningState
    # The time of its last change of state: of a retired key that of its retirement.
    since: datetime
    # The public half, as a JWK: ``kty``, ``n`` and ``e``.
    public: dict[str, str]
    # The private half, PEM.
    private: bytes = field(default=b"", repr=False)

    def may_have_signed(self, moment: datetime) -> bool:
        """Whether a signature that was there at this moment can be its own.

        The moment is one that we have noted, never one that the signed words claim: whoever has stolen the key writes
        any day into them.
        """
        return self.state is not SigningState.NEXT and (self.state is not SigningState.RETIRED or moment < self.since)


# By the id that signatures name: the thumbprint of the public half (RFC 7638).
SigningKeys = Mapping[str, SigningKey]


def current(keys: SigningKeys) -> SigningKey:
    """The one that signs."""
    return next(key for key in keys.values() if key.state is SigningState.CURRENT)


def with_new(keys: SigningKeys, state: SigningState) -> dict[str, SigningKey]:
    """The keys, and a new pair."""
    pair: Any = RSAKey.generate_key(BITS)
    public = {part: str(pair.as_dict(private=False)[part]) for part in ("kty", "n", "e")}
    new = SigningKey(state, timezone.now(), public, pair.as_pem(private=True))
    return {**keys, pair.thumbprint(): new}


def with_next_signing(keys: SigningKeys) -> dict[str, SigningKey]:
    """The next key signs from now on, and the one that did is replaced."""
    becomes = {SigningState.NEXT: SigningState.CURRENT, SigningState.CURRENT: SigningState.REPLACED}
    return {
        key_id: replace(key, state=becomes[key.state], since=timezone.now()) if key.state in becomes else key
        for key_id, key in keys.items()
    }


def with_retired(keys: SigningKeys, key_id: str) -> dict[str, SigningKey]:
    """One key retired: only its public half is left."""
    retired = SigningKey(SigningState.RETIRED, timezone.now(), keys[key_id].public)
    return {**keys, key_id: retired}


def register_of(keys: SigningKeys) -> dict[str, list[Any]]:
    """All but the private halves, for the module's register."""
    return {key_id: [key.state, key.since.isoformat(), key.public] for key_id, key in keys.items()}


def private_halves(keys: SigningKeys) -> dict[str, bytes]:
    """Each private half by the name that the module keeps it under."""
    return {f"{PREFIX}{key_id}": key.private for key_id, key in keys.items() if key.private}


def keys_of(register: Mapping[str, list[Any]], secrets: Mapping[str, bytes]) -> dict[str, SigningKey]:
    """The keys of a register, with their private halves. Raises ``KeyError`` with the name of one that is missing."""
    return {
        key_id: SigningKey(
            SigningState(state),
            datetime.fromisoformat(since),
            public,
            b"" if state == SigningState.RETIRED else secrets[f"{PREFIX}{key_id}"],
        )
        for key_id, (state, since, public) in register.items()
    }
