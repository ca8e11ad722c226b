"""The key that signs our messages to other systems: a file in ``KEY_DIR``, whatever keeps the other keys."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from brik.vault.providers.key_files import open_directory, read, write_once

FILE = "signing.pem"


def create_signing_key(directory: Path) -> None:
    """Make the key in ``directory`` (0700, file 0600), if it is not there."""
    open_directory(directory).chmod(0o700)
    write_once(directory / FILE, _new_key)


def signing_key() -> bytes:
    """The key of this installation, PEM. Raises ``KeysUnavailable`` when it is missing or open to others."""
    return read(settings.KEY_DIR / FILE)


def _new_key() -> bytes:
    """RSA of 3072 bits."""
    return rsa.generate_private_key(public_exponent=65537, key_size=3072).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
