"""What keeps the keys of a test: files, or a token of SoftHSM in a folder of its own."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brik.vault.providers import key_contents
from brik.vault.providers.files_provider import create_keys
from brik.vault.providers.key_module import key_module
from brik.vault.providers.pkcs11_provider import end_session
from brik.vault.providers.provider import forget

PROVIDERS = FILES, PKCS11 = "files", "pkcs11"
LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
CONFIGURATION = "SOFTHSM2_CONF"
PIN, TOKEN = "provepinkode", "brik"


@dataclass
class KeyKeeper:
    """A new, empty module in ``folder``; :meth:`choose` makes it that of this process."""

    provider: str
    folder: Path
    settings: Any

    def choose(self) -> KeyKeeper:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.settings.KEY_PROVIDER, self.settings.KEY_DIR = self.provider, self.folder / "keys"
        if self.provider == PKCS11:
            make_token(self.folder)
            self.settings.PKCS11_LIBRARY, self.settings.PKCS11_TOKEN = library(), TOKEN
            self.settings.PKCS11_PIN, self.settings.PKCS11_PIN_FILE = PIN, None
            os.environ[CONFIGURATION] = str(self.folder / "softhsm2.conf")
            end_session()
        forget()
        return self

    def fill(self) -> KeyKeeper:
        """Keys without custodians, as a demonstration makes them."""
        if self.provider == FILES:
            create_keys(self.settings.KEY_DIR)
        else:
            key_contents.set_up(key_module())
        return self

    @property
    def place(self) -> Path:
        """Where the module has everything."""
        return self.folder / ("keys" if self.provider == FILES else "tokens")

    def take_away(self) -> None:
        """As if the module had been unplugged."""
        self.place.rename(self.folder / "away")

    def bring_back(self) -> None:
        (self.folder / "away").rename(self.place)

    def environment(self) -> dict[str, str]:
        """For a process that uses the same module."""
        named = {"KEY_PROVIDER": self.provider, "KEY_DIR": str(self.folder / "keys")}
        if self.provider == FILES:
            return named
        token = {"PKCS11_LIBRARY": library(), "PKCS11_TOKEN": TOKEN, "PKCS11_PIN": PIN}
        return {**named, **token, CONFIGURATION: str(self.folder / "softhsm2.conf")}


def library() -> str:
    return next(path for path in LIBRARIES if os.path.exists(path))


def make_token(folder: Path) -> None:
    tokens, configuration = folder / "tokens", folder / "softhsm2.conf"
    tokens.mkdir(mode=0o700)
    configuration.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--so-pin", "provesopinkode", "--pin", PIN],
        env={**os.environ, CONFIGURATION: str(configuration)},
        check=True,
        capture_output=True,
    )
