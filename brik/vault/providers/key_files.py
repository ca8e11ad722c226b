"""Files with secrets: written once, whole or not at all, and readable by their owner only."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from brik.vault.providers.unavailable_keys import KeysUnavailable


def open_directory(directory: Path) -> Path:
    """Make ``directory`` (0700) if it is missing. Raises ``KeysUnavailable`` if it cannot be made."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KeysUnavailable(f"KEY_DIR {directory} cannot be made: {error.strerror}.") from None
    return directory


def write_once(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of ``path``; ``make`` gives it if the file is missing. Processes at the same time get the same."""
    if not path.exists():
        with _draft(path, make()) as draft, suppress(FileExistsError):
            os.link(draft, path)
    return read(path)


def replace(path: Path, content: bytes) -> None:
    """Write a file in place of an older one: whoever reads meanwhile gets one of the two, whole."""
    with _draft(path, content) as draft:
        draft.replace(path)
        _sync(path.parent)


def remove(path: Path) -> None:
    """Remove a file; does nothing if it is not there."""
    try:
        path.unlink(missing_ok=True)
        _sync(path.parent)
    except OSError as error:
        raise KeysUnavailable(f"{path.name} cannot be removed: {error.strerror}.") from None


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """One process at a time in the block, for those that name the same folder."""
    with _folder(directory) as folder:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield


@contextmanager
def _draft(path: Path, content: bytes) -> Iterator[Path]:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield draft
        draft.unlink(missing_ok=True)
    except OSError as error:
        raise KeysUnavailable(f"{path.parent} cannot be written to: {error.strerror}.") from None


def _sync(directory: Path) -> None:
    """A new name, or one that is gone, survives a power failure."""
    with _folder(directory) as folder:
        os.fsync(folder)


@contextmanager
def _folder(directory: Path) -> Iterator[int]:
    folder = os.open(directory, os.O_RDONLY)
    try:
        yield folder
    finally:
        os.close(folder)


def read_secret(path: Path) -> bytes:
    """The content of a file of its owner's only. Raises ``KeysUnavailable`` when it is missing or open to others."""
    try:
        mode, content = stat.S_IMODE(path.stat().st_mode), path.read_bytes()
    except OSError as error:
        raise KeysUnavailable(f"{path} cannot be read: {error.strerror}.") from None
    if mode & 0o077:
        raise KeysUnavailable(f"{path} can be read by other users; its mode must be 0600.")
    return content


def read(path: Path) -> bytes:
    """The content of a key file. Raises ``KeysUnavailable`` when it is missing or open to others."""
    try:
        folder, mode = stat.S_IMODE(path.parent.stat().st_mode), stat.S_IMODE(path.stat().st_mode)
        content = path.read_bytes()
    except OSError:
        raise KeysUnavailable(
            f"KEY_DIR lacks {path.name}, or it cannot be read; in a new installation run manage.py create_keys."
        ) from None
    if folder & 0o077:
        raise KeysUnavailable(f"KEY_DIR {path.parent} is open to other users; its mode must be 0700.")
    if mode & 0o077:
        raise KeysUnavailable(f"{path.name} in KEY_DIR can be read by other users; its mode must be 0600.")
    return content
