"""The keys of this process: opened by the key module at first use, asked for anew every minute."""

from __future__ import annotations

import os
import threading
import uuid
from datetime import timedelta
from functools import cached_property, lru_cache
from time import monotonic as _now

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc.jwk import RSAKey

from brik.vault.providers import signing_keys
from brik.vault.providers.key_contents import KeyContents, KeyState, read_contents
from brik.vault.providers.key_module import key_module
from brik.vault.sealing import SealBroken, associated_data, seal, unseal, uuid_data

# So soon every process knows that a wrapping key is new or retired, or that the module is away.
SECONDS_BETWEEN_QUESTIONS = 60
# For so long after another key has become current, a process may still seal or code with the one before.
STALE = timedelta(seconds=3 * SECONDS_BETWEEN_QUESTIONS)


class KeyProvider:
    """Wraps and unwraps data keys in this process; the module is not asked for each."""

    def __init__(self, contents: KeyContents) -> None:
        self.installation = contents.installation
        self.key_id = contents.current
        # For exact look-up, and for codes over columns in clear: 32 bytes each.
        self.lookup_key, self.code_key = contents.lookup.present_key, contents.code_key
        # Which columns are hashed, while the look-up key is exchanged.
        self.lookup = contents.lookup
        self.signing = contents.signing
        # Proves codes only: the key that the code key replaces. Empty while it replaces none.
        self.code_key_before = contents.code_key_before
        self._wrapping = {
            key_id: AESGCM(key.key)
            for key_id, key in contents.wrapping.items()
            if key.state in (KeyState.CURRENT, KeyState.OPEN)
        }
        self._data_key = associated_data("brik/data-key", self.installation)

    @cached_property
    def own_key(self) -> RSAKey:
        """The pair that signs now."""
        return RSAKey.import_key(signing_keys.current(self.signing).private)

    def wrap(self, data_key: bytes, keeping: str, subject: uuid.UUID) -> bytes:
        """The key, wrapped by the current wrapping key."""
        return seal(self._wrapping[self.key_id], data_key, self._bound(keeping, subject, self.key_id))

    def unwrap(self, wrapped: bytes, keeping: str, subject: uuid.UUID, key_id: str) -> bytes:
        """The key that was wrapped.

        Raises ``SealBroken`` when it was changed, or belongs to another keeping, subject or wrapping key, or when the
        wrapping key is retired or destroyed.
        """
        wrapping = self._wrapping.get(key_id)
        if wrapping is None:
            raise SealBroken("the wrapping key opens nothing any more")
        return unseal(wrapping, wrapped, self._bound(keeping, subject, key_id))

    def _bound(self, keeping: str, subject: uuid.UUID, key_id: str) -> bytes:
        return self._data_key + uuid_data(subject) + _named(keeping, key_id)


@lru_cache(maxsize=64)
def _named(keeping: str, key_id: str) -> bytes:
    return associated_data(keeping, key_id)


class _Opened:
    """What this process has opened, and until when it may use it without asking the module."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.provider: KeyProvider | None = None
        self.good_until = 0.0

    def ask(self) -> KeyProvider:
        try:
            provider = KeyProvider(read_contents(key_module()))
        except BaseException:
            # When the module does not answer, this process has no keys any more.
            self.provider, self.good_until = None, 0.0
            raise
        self.provider, self.good_until = provider, _now() + SECONDS_BETWEEN_QUESTIONS
        return provider


_opened = _Opened()


def provider() -> KeyProvider:
    """The keys of this process. Raises ``KeysUnavailable`` when the module is away, also if they were opened before."""
    opened = _opened
    # Asked for with every name of a list, so the usual case is one comparison.
    if (found := opened.provider) is not None and _now() < opened.good_until:
        return found
    with opened.lock:
        found = opened.provider
        return found if found is not None and _now() < opened.good_until else opened.ask()


def ask_again() -> KeyProvider:
    """As :func:`provider`, but asks the module in any case."""
    opened = _opened
    with opened.lock:
        return opened.ask()


def forget() -> None:
    """Forget the opened keys: the next use asks the module."""
    global _opened
    _opened = _Opened()


# A web server forks its workers: each opens the keys itself. A lock that the parent held is new in the child.
os.register_at_fork(after_in_child=forget)
