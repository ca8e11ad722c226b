"""Files with secrets: written once, whole or not at all, and readable by their owner only."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def open_directory(directory: Path) -> Path:
    """Make ``directory`` (0700) if it is missing. Raises ``ImproperlyConfigured`` if it cannot be made."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"KEY_DIR {directory} cannot be made: {error.strerror}.") from None
    return directory


def write_once(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of ``path``; ``make`` gives it if the file is missing. Processes at the same time get the same."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        except OSError as error:
            raise ImproperlyConfigured(f"KEY_DIR {path.parent} cannot be written to: {error.strerror}.") from None
    return read(path)


def read(path: Path) -> bytes:
    """The content of a key file. Raises ``ImproperlyConfigured`` when it is missing or open to others."""
    try:
        folder, mode = stat.S_IMODE(path.parent.stat().st_mode), stat.S_IMODE(path.stat().st_mode)
        content = path.read_bytes()
    except OSError:
        raise ImproperlyConfigured(
            f"KEY_DIR lacks {path.name}, or it cannot be read; in a new installation run manage.py create_keys."
        ) from None
    if folder & 0o077:
        raise ImproperlyConfigured(f"KEY_DIR {path.parent} is open to other users; its mode must be 0700.")
    if mode & 0o077:
        raise ImproperlyConfigured(f"{path.name} in KEY_DIR can be read by other users; its mode must be 0600.")
    return content
