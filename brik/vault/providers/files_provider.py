"""Keys in files: the module key too lies in one, so this is for demonstrations and tests only (``vault.E009``)."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from brik.vault.providers import key_contents
from brik.vault.providers.key_files import locked, open_directory, read, remove, replace, write_once
from brik.vault.providers.unavailable_keys import KeysUnavailable
from brik.vault.sealing import SealBroken, associated_data, seal, unseal

_MODULE_KEY, _SECRET = "module.key", ".sealed"


class FileModule:
    """Secrets in ``directory``, each a file that is sealed by the key in ``module.key``."""

    how_to_fill = "in a new installation run manage.py create_keys"

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def is_empty(self) -> bool:
        return not (self._directory / _MODULE_KEY).exists()

    def begin(self) -> None:
        open_directory(self._directory)
        write_once(self._directory / _MODULE_KEY, lambda: AESGCM.generate_key(256))

    def secrets(self) -> dict[str, bytes]:
        key, found = self._key(), sorted(self._directory.glob(f"[!.]*{_SECRET}"))
        try:
            return {path.stem: unseal(key, read(path), _bound(path.stem)) for path in found}
        except SealBroken:
            raise KeysUnavailable("A key in KEY_DIR was changed, or belongs to another module.key.") from None

    def put(self, name: str, secret: bytes) -> None:
        replace(self._directory / f"{name}{_SECRET}", seal(self._key(), secret, _bound(name)))

    def remove(self, name: str) -> None:
        remove(self._directory / f"{name}{_SECRET}")

    def _key(self) -> AESGCM:
        return AESGCM(read(self._directory / _MODULE_KEY))


def module() -> FileModule:
    return FileModule(settings.KEY_DIR)


def create_keys(directory: Path) -> bool:
    """Make the keys of a new installation in ``directory`` (0700, files 0600). False if they are there already."""
    open_directory(directory).chmod(0o700)
    with locked(directory):
        return key_contents.set_up(FileModule(directory))


def _bound(name: str) -> bytes:
    return associated_data("brik/module-secret", name)
