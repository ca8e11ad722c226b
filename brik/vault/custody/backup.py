"""The custodians' backup of the keys: one file that opens only with the passphrases of two people."""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from brik.vault.canonical import canonical
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.providers.key_contents import KeyContents, contents_of
from brik.vault.providers.key_files import read_secret, replace
from brik.vault.providers.unavailable_keys import KeysUnavailable
from brik.vault.sealing import SealBroken, associated_data, seal, unseal

FORMAT = "brik/key-backup/1"
SHORTEST_PASSPHRASE = 16
# 64 MiB and about a quarter of a second for each guess: RFC 7914's scrypt, N of OWASP's list of 2024.
SCRYPT_N = 2**16
# The salts need no binding: another salt gives another key.
_BOUND_TO = associated_data(FORMAT)


@dataclass(frozen=True)
class Passphrases:
    """What the first and the second custodian have typed, each unseen by the other."""

    first: str = field(repr=False)
    second: str = field(repr=False)

    def __post_init__(self) -> None:
        if min(len(self.first), len(self.second)) < SHORTEST_PASSPHRASE:
            raise CustodyRefused(f"A passphrase has at least {SHORTEST_PASSPHRASE} signs.")
        if self.first == self.second:
            raise CustodyRefused("The two custodians each have a passphrase of their own.")


def write_backup(path: Path, contents: KeyContents, passphrases: Passphrases) -> None:
    """Write ``contents`` to ``path`` (0600), in place of an older backup, with new salts."""
    header = {"format": FORMAT, "n": SCRYPT_N, "salts": [b64encode(os.urandom(16)).decode() for _ in range(2)]}
    secrets = {name: b64encode(secret).decode() for name, secret in contents.secrets().items()}
    sealed = seal(_key(header, passphrases), canonical(secrets), _BOUND_TO)
    try:
        replace(path, canonical({**header, "sealed": b64encode(sealed).decode()}))
    except KeysUnavailable as error:
        raise CustodyRefused(str(error)) from None


def read_backup(path: Path, passphrases: Passphrases) -> KeyContents:
    """The contents of a backup. Raises ``CustodyRefused`` if it is not there, is no backup, or does not open."""
    try:
        stored = json.loads(read_secret(path))
        header, sealed = {name: stored[name] for name in ("format", "n", "salts")}, b64decode(stored["sealed"])
    except KeysUnavailable as error:
        raise CustodyRefused(str(error)) from None
    except (ValueError, KeyError, TypeError):
        raise CustodyRefused(f"{path} is no backup of keys.") from None
    if header["format"] != FORMAT or header["n"] != SCRYPT_N:
        raise CustodyRefused(f"{path} is no backup of keys that this version reads.")
    try:
        secrets = json.loads(unseal(_key(header, passphrases), sealed, _BOUND_TO))
    except SealBroken:
        raise CustodyRefused("The two passphrases do not open the backup together, or it was changed.") from None
    return contents_of({name: b64decode(secret) for name, secret in secrets.items()})


def _key(header: dict[str, Any], passphrases: Passphrases) -> AESGCM:
    """One key of both: with either passphrase alone nothing can be told of the other."""
    both = b"".join(
        Scrypt(salt=b64decode(salt), length=32, n=header["n"], r=8, p=1).derive(passphrase.encode())
        for salt, passphrase in zip(header["salts"], (passphrases.first, passphrases.second), strict=True)
    )
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=FORMAT.encode()).derive(both))
