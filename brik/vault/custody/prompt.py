"""How a command asks the two custodians for their passphrases."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from brik.vault.custody.actions import Custodians
from brik.vault.custody.backup import Passphrases
from brik.vault.custody.refusals import CustodyRefused


def add_custodians(arguments: CommandParser, new: str = "") -> None:
    """The arguments of a command that asks both custodians; with ``new``, those who take over."""
    arguments.add_argument(f"--{new}backup", type=Path, required=True, help="the custodians' file")
    arguments.add_argument(
        f"--{new}passphrases-from", type=int, nargs=2, metavar="FD", help="two open files instead of the prompt"
    )


def custodians_of(options: dict[str, Any], new: str = "") -> Custodians:
    """Both custodians, asked at the prompt one after the other. Raises ``CustodyRefused``."""
    backup = options[f"{new}backup"].resolve()
    if descriptors := options[f"{new}passphrases_from"]:
        first, second = [_line_of(descriptor) for descriptor in descriptors]
    else:
        again, which = bool(new) or (options["verb"] == "create" and not backup.exists()), "new " if new else ""
        first, second = [
            _asked(f"{number} {which}custodian's passphrase: ", again=again) for number in ("First", "Second")
        ]
    return Custodians(Passphrases(first, second), backup)


def _line_of(descriptor: int) -> str:
    with os.fdopen(descriptor) as file:
        return file.readline().rstrip("\n")


def _asked(prompt: str, *, again: bool) -> str:
    typed = getpass.getpass(prompt)
    if again and getpass.getpass("The same again: ") != typed:
        raise CustodyRefused("The two are not the same.")
    return typed
