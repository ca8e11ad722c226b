"""Looks for wrapped data keys in bytes that survive, and tries every wrapping key that lives on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final
from uuid import UUID

from brik.vault.providers.key_contents import KeyContents, KeyState, read_contents
from brik.vault.providers.key_module import key_module
from brik.vault.providers.provider import KeyProvider
from brik.vault.sealing import FORMAT, NONCE_BYTES, TAG_BYTES, SealBroken

# What a seal adds to what it seals: once for a data key, three times for the key of a row that takes two people's.
_SEAL: Final = 1 + NONCE_BYTES + TAG_BYTES
LENGTHS: Final = (32 + _SEAL, 32 + 3 * _SEAL)
# A row of keys is shorter than this in a page of the database, and in a line of a dump.
NEAR: Final = 512
_HEXADECIMAL: Final = re.compile(rb"x((?:[0-9a-fA-F]{2}){%d,})" % LENGTHS[0])


class SurvivingKeys:
    """Finds the wrapped keys of some keepings wherever a row of them has been, and opens those that can be opened."""

    def __init__(self, keepings: Iterable[tuple[str, UUID]], contents: KeyContents | None = None) -> None:
        """``keepings``: what each key is kept for, and the uuid of what it is the key of."""
        known = contents or read_contents(key_module())
        # A key that is retired can be restored: it opens as well as any.
        living = {
            key_id: replace(key, state=KeyState.OPEN) if key.state == KeyState.RETIRED else key
            for key_id, key in known.wrapping.items()
        }
        self._provider = KeyProvider(replace(known, wrapping=living))
        self._key_ids = [key_id for key_id, key in living.items() if key.state != KeyState.DESTROYED]
        self._keepings = list(keepings)

    def opened_in(self, content: bytes) -> Iterator[str]:
        """The id of each wrapping key that opens a wrapped key in ``content``; once for each place."""
        for keeping, subject in self._keepings:
            for near in _around(content, subject.bytes):
                yield from self._tried(_raw(near), keeping, subject)
            for text in (str(subject).encode(), subject.hex.encode()):
                for near in _around(content, text):
                    yield from self._tried(_written(near), keeping, subject)

    def _tried(self, candidates: Iterable[bytes], keeping: str, subject: UUID) -> Iterator[str]:
        for candidate in candidates:
            for key_id in self._key_ids:
                try:
                    self._provider.unwrap(candidate, keeping, subject, key_id)
                except SealBroken:
                    continue
                yield key_id


def _around(content: bytes, needle: bytes) -> Iterator[bytes]:
    at = content.find(needle)
    while at != -1:
        yield content[max(0, at - NEAR) : at + len(needle) + NEAR]
        at = content.find(needle, at + 1)


def _raw(near: bytes) -> Iterator[bytes]:
    """Every part that could be a wrapped key, as the database stores it."""
    at = near.find(FORMAT)
    while at != -1:
        for length in LENGTHS:
            if at + length <= len(near):
                yield near[at : at + length]
        at = near.find(FORMAT, at + 1)


def _written(near: bytes) -> Iterator[bytes]:
    """Every part that could be a wrapped key in a dump: hexadecimal."""
    for match in _HEXADECIMAL.finditer(near):
        written = bytes.fromhex(match[1].decode())
        yield from (written[:length] for length in LENGTHS if length <= len(written))
