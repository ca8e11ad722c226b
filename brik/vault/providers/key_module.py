"""What a key provider is: a module that keeps secrets under a key that never leaves it. A third one is one file."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Protocol

from django.conf import settings

from brik.vault.providers.unavailable_keys import KeysUnavailable

_FILES = "_provider.py"


class KeyModule(Protocol):
    """Keeps named secrets, each sealed by the module key. Nothing but the module can open what it holds.

    Every method raises ``KeysUnavailable``, with a sentence that says what to do, when the module is missing, wrong,
    locked or away.
    """

    # What makes or brings back the keys, for the sentence that says that they are missing.
    how_to_fill: str

    def is_empty(self) -> bool:
        """Whether it has no module key yet."""

    def begin(self) -> None:
        """Make the module key; does nothing if there is one."""

    def secrets(self) -> dict[str, bytes]:
        """Every secret by its name, opened. Few calls, however many data keys there are."""

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret under its name, in place of an older one: whoever reads meanwhile gets one of the two."""

    def remove(self, name: str) -> None:
        """Destroy a secret; does nothing if there is none of that name."""


def key_module() -> KeyModule:
    """The module that ``KEY_PROVIDER`` names. Raises ``KeysUnavailable`` for a name without a file in this folder."""
    name = settings.KEY_PROVIDER
    known = sorted(path.name.removesuffix(_FILES) for path in Path(__file__).parent.glob(f"*{_FILES}"))
    if name not in known:
        raise KeysUnavailable(f"Set KEY_PROVIDER to one of {', '.join(known)}.")
    module: KeyModule = import_module(f"brik.vault.providers.{name}_provider").module()
    return module
