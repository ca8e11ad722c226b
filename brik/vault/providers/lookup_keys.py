"""The keys that hash numbers for exact look-up: which of them hashes, and into which column of a row."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.utils import timezone

# The module keeps the key of the first column and that of the second under these.
NAMES: Final = ("lookup", "lookup-second")


class LookupStage(StrEnum):
    """How far an exchange is."""

    ALONE = "alone"  # one key, one column
    FILLING = "filling"  # the next key's hash is written beside that of the present one
    CLEARING = "clearing"  # the next key is the present one; the hashes of the one before go


@dataclass(frozen=True)
class LookupKeys:
    """At most two keys, each with a column of its own, so that no column ever holds hashes under both."""

    # By column; empty for none.
    keys: tuple[bytes, bytes] = field(repr=False)
    # The column of the key that is in use.
    present: int = 0
    stage: LookupStage = LookupStage.ALONE
    # The time of the last step of an exchange; None before the first.
    since: datetime | None = None

    @property
    def present_key(self) -> bytes:
        return self.keys[self.present]

    @property
    def columns(self) -> tuple[int, ...]:
        """The columns that are written, and searched."""
        return (0, 1) if self.stage is LookupStage.FILLING else (self.present,)

    def with_next(self) -> LookupKeys:
        """A new key in the free column, written from now on."""
        keys = (self.keys[0], os.urandom(32)) if self.present == 0 else (os.urandom(32), self.keys[1])
        return replace(self, keys=keys, stage=LookupStage.FILLING, since=timezone.now())

    def switched(self) -> LookupKeys:
        """The next key is the present one; the one before is only known, and no longer written."""
        return replace(self, present=1 - self.present, stage=LookupStage.CLEARING, since=timezone.now())

    def alone(self) -> LookupKeys:
        """The present key is the only one."""
        keys = (self.keys[0], b"") if self.present == 0 else (b"", self.keys[1])
        return replace(self, keys=keys, stage=LookupStage.ALONE, since=timezone.now())

    def secrets(self) -> dict[str, bytes]:
        """Each key by the name that the module keeps it under."""
        return {name: key for name, key in zip(NAMES, self.keys, strict=True) if key}

    def register(self) -> list[Any]:
        """All but the keys, for the module's register."""
        return [self.present, self.stage, self.since.isoformat() if self.since else None]


def first_keys(secrets: Mapping[str, bytes]) -> LookupKeys:
    """One key; that which an interrupted first time has put."""
    return LookupKeys((secrets.get(NAMES[0], os.urandom(32)), b""))


def keys_of(register: list[Any], secrets: Mapping[str, bytes]) -> LookupKeys:
    """The keys that a register tells of. Raises ``KeyError`` with the name of one that is missing.

    A key that it does not tell of has hashed nothing, or is about to be removed.
    """
    present, stage, since = register
    both = stage != LookupStage.ALONE
    first, second = (secrets[name] if both or column == present else b"" for column, name in enumerate(NAMES))
    return LookupKeys((first, second), present, LookupStage(stage), datetime.fromisoformat(since) if since else None)
