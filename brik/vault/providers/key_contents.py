"""What a key module holds for one installation, and how that changes: wrapping keys, signing keys, and three others."""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils import timezone

from brik.vault.providers import lookup_keys, signing_keys
from brik.vault.providers.key_module import KeyModule
from brik.vault.providers.lookup_keys import LookupKeys
from brik.vault.providers.signing_keys import SigningKey, SigningState
from brik.vault.providers.unavailable_keys import KeysUnavailable

_INSTALLATION, _CODE, _REGISTER, _WRAPPING = "installation", "code", "register", "wrapping-"
_CODE_BEFORE = "code-before"


class KeyState(StrEnum):
    """What a wrapping key does."""

    CURRENT = "current"  # seals new data keys, and opens
    OPEN = "open"  # opens only
    RETIRED = "retired"  # kept, and refused
    DESTROYED = "destroyed"  # gone; its name is kept, so that no old backup brings it back unseen


@dataclass(frozen=True)
class WrappingKey:
    """One wrapping key. The key itself is not shown, and empty once it is destroyed."""

    state: KeyState
    since: datetime
    key: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class KeyContents:
    """All secrets of one installation."""

    installation: str
    lookup: LookupKeys
    code_key: bytes = field(repr=False)
    wrapping: dict[str, WrappingKey] = field(default_factory=dict)
    # Names the custodians' backup: no other file is taken for it. Empty until they have made one.
    backup: str = ""
    signing: dict[str, SigningKey] = field(default_factory=dict)
    # The code key that the present one replaces, until no code is under it any more; and since when.
    code_key_before: bytes = field(default=b"", repr=False)
    code_key_since: datetime | None = None

    @property
    def current(self) -> str:
        """The id of the wrapping key that seals."""
        return next(key_id for key_id, key in self.wrapping.items() if key.state == KeyState.CURRENT)

    def with_new_key(self) -> KeyContents:
        """A new wrapping key seals from now on; the one that did opens only."""
        older = {
            key_id: replace(key, state=KeyState.OPEN, since=timezone.now()) if key.state == KeyState.CURRENT else key
            for key_id, key in self.wrapping.items()
        }
        new = WrappingKey(KeyState.CURRENT, timezone.now(), AESGCM.generate_key(256))
        return replace(self, wrapping={**older, uuid.uuid4().hex[:12]: new})

    def with_key(self, key_id: str, key: WrappingKey) -> KeyContents:
        return replace(self, wrapping={**self.wrapping, key_id: key})

    def with_state(self, key_id: str, state: KeyState) -> KeyContents:
        """The same with one key in another state; one that is destroyed is no longer in it."""
        key = b"" if state == KeyState.DESTROYED else self.wrapping[key_id].key
        return self.with_key(key_id, WrappingKey(state, timezone.now(), key))

    def with_new_code_key(self) -> KeyContents:
        """A new code key codes from now on; the one that did proves only."""
        began = replace(self, code_key_since=timezone.now())
        if self.code_key_before not in (b"", self.code_key):
            # Interrupted before the register was written: rows may be coded with the new one already.
            return began
        return replace(began, code_key=os.urandom(32), code_key_before=self.code_key)

    def without_older_code_key(self) -> KeyContents:
        """The code key alone proves."""
        return replace(self, code_key_before=b"", code_key_since=None)

    def secrets(self) -> dict[str, bytes]:
        """Everything by the name a module keeps it under. The register of states comes last.

        A code key that is replaced is put under its new name before the other takes its place.
        """
        register: dict[str, Any] = {
            "backup": self.backup,
            "keys": {key_id: [key.state, key.since.isoformat()] for key_id, key in self.wrapping.items()},
            "signing": signing_keys.register_of(self.signing),
            "lookup": self.lookup.register(),
        }
        if self.code_key_since:
            register["code_key_since"] = self.code_key_since.isoformat()
        return {
            _INSTALLATION: self.installation.encode(),
            **self.lookup.secrets(),
            **({_CODE_BEFORE: self.code_key_before} if self.code_key_before else {}),
            _CODE: self.code_key,
            **{f"{_WRAPPING}{key_id}": key.key for key_id, key in self.wrapping.items() if key.key},
            **signing_keys.private_halves(self.signing),
            _REGISTER: json.dumps(register).encode(),
        }


def first_contents(module: KeyModule) -> KeyContents:
    """The secrets of a new installation, with first keys; what an interrupted first time has put stays."""
    there = {} if module.is_empty() else module.secrets()
    return KeyContents(
        installation=there.get(_INSTALLATION, str(uuid.uuid4()).encode()).decode(),
        lookup=lookup_keys.first_keys(there),
        code_key=there.get(_CODE, os.urandom(32)),
        signing=signing_keys.with_new({}, SigningState.CURRENT),
    ).with_new_key()


def contents_of(secrets: dict[str, bytes]) -> KeyContents:
    """The contents from what a module or a backup holds. Raises ``KeyError`` with the name of what is missing."""
    register: dict[str, Any] = json.loads(secrets[_REGISTER])
    wrapping = {
        key_id: WrappingKey(
            KeyState(state),
            datetime.fromisoformat(since),
            b"" if state == KeyState.DESTROYED else secrets[f"{_WRAPPING}{key_id}"],
        )
        for key_id, (state, since) in register["keys"].items()
    }
    since = register.get("code_key_since")
    return KeyContents(
        installation=secrets[_INSTALLATION].decode(),
        lookup=lookup_keys.keys_of(register["lookup"], secrets),
        code_key=secrets[_CODE],
        wrapping=wrapping,
        backup=register["backup"],
        signing=signing_keys.keys_of(register["signing"], secrets),
        # One that the register does not name is about to be removed, or has just come.
        code_key_before=secrets.get(_CODE_BEFORE, b""),
        code_key_since=datetime.fromisoformat(since) if since else None,
    )


def read_contents(module: KeyModule) -> KeyContents:
    """What the module holds. Raises ``KeysUnavailable`` when anything is missing."""
    secrets = module.secrets()
    try:
        return contents_of(secrets)
    except KeyError as missing:
        raise KeysUnavailable(f"The key module lacks {missing.args[0]}; {module.how_to_fill}.") from None


def write_contents(module: KeyModule, contents: KeyContents) -> None:
    """Bring the module to ``contents``. The register is written after the keys it names, and before any is destroyed.

    A key that the register does not know is left alone.
    """
    module.begin()
    there = module.secrets()
    for name, secret in contents.secrets().items():
        if there.get(name) != secret:
            module.put(name, secret)
    for key_id, key in contents.wrapping.items():
        if key.state == KeyState.DESTROYED:
            module.remove(f"{_WRAPPING}{key_id}")
    for key_id, signing_key in contents.signing.items():
        if signing_key.state == SigningState.RETIRED:
            module.remove(f"{signing_keys.PREFIX}{key_id}")
    if not contents.code_key_before:
        module.remove(_CODE_BEFORE)
    for name in set(lookup_keys.NAMES) - set(contents.lookup.secrets()):
        module.remove(name)


def is_filled(module: KeyModule) -> bool:
    """Whether the module has its keys; false also after a first time that was interrupted."""
    return not module.is_empty() and _REGISTER in module.secrets()


def set_up(module: KeyModule) -> bool:
    """Fill a new module. False if it has its keys already."""
    if is_filled(module):
        return False
    write_contents(module, first_contents(module))
    return True


def is_of_another(module: KeyModule, contents: KeyContents) -> bool:
    """Whether the module holds the keys of another installation than ``contents``."""
    there = {} if module.is_empty() else module.secrets()
    return there.get(_INSTALLATION, contents.installation.encode()) != contents.installation.encode()
