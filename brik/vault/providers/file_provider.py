"""The wrapping key, the look-up key and the signing key, read from files in ``KEY_DIR``."""

from __future__ import annotations

import os
import uuid
from functools import cache, lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from brik.vault.providers.key_files import open_directory, read, write_once
from brik.vault.sealing import associated_data, seal, unseal, uuid_data

SIGNING_KEY = "signing.pem"


class FileKeyProvider:
    """Wraps data keys with a key from ``KEY_DIR``. :func:`provider` opens it once for each process."""

    def __init__(self, directory: Path) -> None:
        self.installation = read(directory / "installation.id").decode().strip()
        self.key_id = read(directory / "wrapping.id").decode().strip()
        self._wrapping = AESGCM(read(directory / f"wrapping-{self.key_id}.key"))
        self._data_key = associated_data("brik/data-key", self.installation)
        self.lookup_key = read(directory / "lookup.key")
        # Of the codes over open rows (``brik.vault.codes``).
        self.code_key = read(directory / "code.key")

    def wrap(self, data_key: bytes, keeping: str, subject: uuid.UUID) -> bytes:
        return seal(self._wrapping, data_key, self._bound(keeping, subject, self.key_id))

    def unwrap(self, wrapped: bytes, keeping: str, subject: uuid.UUID, key_id: str) -> bytes:
        """The key that was wrapped.

        Raises ``SealBroken`` when it was changed, or belongs to another keeping, subject or wrapping key.
        """
        return unseal(self._wrapping, wrapped, self._bound(keeping, subject, key_id))

    def _bound(self, keeping: str, subject: uuid.UUID, key_id: str) -> bytes:
        return self._data_key + uuid_data(subject) + _named(keeping, key_id)


@lru_cache(maxsize=64)
def _named(keeping: str, key_id: str) -> bytes:
    return associated_data(keeping, key_id)


@cache
def provider() -> FileKeyProvider:
    """The key provider of this process, opened at first use."""
    return FileKeyProvider(settings.KEY_DIR)


def create_keys(directory: Path) -> bool:
    """Make the keys of a new installation in ``directory`` (0700, files 0600). False if they are there already."""
    open_directory(directory).chmod(0o700)
    write_once(directory / SIGNING_KEY, _new_signing_key)
    if (directory / "wrapping.id").exists():
        return False
    write_once(directory / "installation.id", lambda: str(uuid.uuid4()).encode())
    write_once(directory / "lookup.key", lambda: os.urandom(32))
    write_once(directory / "code.key", lambda: os.urandom(32))
    key_id = uuid.uuid4().hex[:12]
    write_once(directory / f"wrapping-{key_id}.key", lambda: AESGCM.generate_key(256))
    # Written last: without it the installation is not complete. Two that start at once use the one written first.
    return write_once(directory / "wrapping.id", key_id.encode) == key_id.encode()


def read_key(name: str) -> bytes:
    """A key file of this installation. Raises ``ImproperlyConfigured`` when it is missing or open to others."""
    return read(settings.KEY_DIR / name)


def _new_signing_key() -> bytes:
    """The key that signs our messages to other systems: RSA of 3072 bits, PEM."""
    return rsa.generate_private_key(public_exponent=65537, key_size=3072).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
