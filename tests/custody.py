"""Two custodians of tests, and how a command reads what they type."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command

from brik.vault.custody import backup
from brik.vault.custody.actions import Custodians, change_contents
from brik.vault.custody.backup import Passphrases
from brik.vault.providers.key_contents import read_contents, write_contents
from brik.vault.providers.key_module import key_module
from brik.vault.providers.provider import forget

FIRST, SECOND = "den første forvalteren", "den andre forvalteren"


def descriptor(text):
    """An open file with one line, instead of a prompt."""
    read, write = os.pipe()
    os.write(write, f"{text}\n".encode())
    os.close(write)
    return read


def command(*argv, first=FIRST, second=SECOND):
    """A command of both custodians."""
    call_command(*argv, "--passphrases-from", str(descriptor(first)), str(descriptor(second)))


@contextmanager
def custodians_of_the_run(folder: Path, monkeypatch: Any) -> Iterator[Custodians]:
    """Two custodians of the module that keeps the keys of the run; afterwards it is as it was."""
    monkeypatch.setattr(backup, "SCRYPT_N", 16)
    before, both = read_contents(key_module()), Custodians(Passphrases(FIRST, SECOND), folder / "backup")
    change_contents(both, lambda contents: contents)
    try:
        yield both
    finally:
        write_contents(key_module(), before)
        forget()
