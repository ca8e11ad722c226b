"""Keyed hashes that find a row by a number without opening any, while their key is exchanged as well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db.models import Q, QuerySet

from brik.vault.keys import lookup_hash
from brik.vault.providers.provider import provider

COLUMNS: Final = ("lookup", "lookup_second")


class HashPair(NamedTuple):
    """What the two columns of a row hold; empty for nothing."""

    lookup: bytes
    lookup_second: bytes


@dataclass(frozen=True, order=True)
class LookupHashes:
    """The hashes of one value: under every key that is known, and those that are written now."""

    known: HashPair
    written: HashPair

    def columns(self) -> dict[str, bytes | None]:
        """What a new row is saved with."""
        return {name: value or None for name, value in zip(COLUMNS, self.written, strict=True)}


def hashes(purpose: str, value: str) -> LookupHashes:
    """The keyed hashes of ``value`` for exact look-up. Each ``purpose`` gives others."""
    keys = provider().lookup
    first, second = (lookup_hash(purpose, value, key=key) if key else b"" for key in keys.keys)
    written = HashPair(first if 0 in keys.columns else b"", second if 1 in keys.columns else b"")
    return LookupHashes(HashPair(first, second), written)


def found_by(pairs: Iterable[HashPair]) -> Q:
    """The rows that have one of these hashes.

    While an exchange fills the second column, rows of processes that do not know of it have the first alone: both are
    searched, so that it does not matter which process wrote a row.
    """
    sought, condition = list(pairs), Q(pk__in=[])
    for column in provider().lookup.columns:
        condition |= Q(**{f"{COLUMNS[column]}__in": {pair[column] for pair in sought} - {b""}})
    return condition


def shared_with(rows: QuerySet[Any], *, path: str = "") -> Q:
    """The rows that have a hash which one of ``rows`` has too. ``path`` leads to the hashes."""
    condition = Q(pk__in=[])
    for column in provider().lookup.columns:
        condition |= Q(**{f"{path}{COLUMNS[column]}__in": rows.values(COLUMNS[column])})
    return condition


def present_column() -> str:
    """The column that every row has a hash in."""
    return COLUMNS[provider().lookup.present]
