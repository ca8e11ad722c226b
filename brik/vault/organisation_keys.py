"""The keys of an organisation, one after another: the newest seals, and those before it open until they are retired."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from brik.vault import keys
from brik.vault.keys import KeyName
from brik.vault.sealing import SealBroken

# So many keys an organisation can have had; all are looked for at once.
MOST = 16


def names(organisation: UUID) -> list[KeyName]:
    """The names of the keys an organisation has, had or may get, the first one first; it is called as its first key."""
    numbered = ((organisation.int + (number << 64)) % (1 << 128) for number in range(MOST))
    return [keys.of_organisation(UUID(int=subject)) for subject in numbered]


def opening(organisation: UUID) -> list[AESGCM]:
    """The keys that open what an organisation may read, the newest first: two while one is exchanged.

    Raises ``SealBroken`` when there is none, and ``Shredded`` when it has been destroyed.
    """
    opened = []
    for name in _known(organisation):
        with suppress(SealBroken):
            opened.append(keys.key_for(name))
    return opened or [keys.key_for(names(organisation)[0])]


def sealing(organisation: UUID) -> AESGCM:
    """The key that seals for an organisation: the newest, made now if it has none."""
    return keys.key_for_sealing(next(iter(_known(organisation)), names(organisation)[0]))


def _known(organisation: UUID) -> list[KeyName]:
    """Those that there are, the newest first."""
    every = names(organisation)
    known = keys.known(every)
    return [name for name in reversed(every) if name in known]
