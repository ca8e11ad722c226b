"""A row that is found by a keyed hash of what is sealed, under the present look-up key or the one that follows it."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models

from brik.vault.lookups.hashes import HashPair, LookupHashes
from brik.vault.sealing import SealBroken


class HashedRow(models.Model):
    """Two columns for hashes. One is empty, but while the look-up key is exchanged (``rotation/lookup_keys.py``).

    What is unique by its hash is so in both columns.
    """

    lookup = models.BinaryField(null=True)
    lookup_second = models.BinaryField(null=True)

    class Meta:
        abstract = True

    @property
    def stored(self) -> HashPair:
        """What the row is found by."""
        return HashPair(bytes(self.lookup or b""), bytes(self.lookup_second or b""))

    def is_found_by(self, hashes: LookupHashes) -> bool:
        """Whether these are the row's own, in each column whose key is known here, and in one at least."""
        known = [(own, key) for own, key in zip(self.stored, hashes.known, strict=True) if key]
        return any(own for own, _ in known) and all(not own or hmac.compare_digest(own, key) for own, key in known)

    @property
    def sealed_row(self) -> Any:
        """The row whose sealed value is hashed: this one, or that which it belongs to."""
        return self

    def sealed_hashes(self) -> Iterable[LookupHashes]:
        """The hashes of the sealed value; of several, one is this row's. Raises ``SealBroken`` as the value does."""
        raise NotImplementedError

    def own_hashes(self) -> LookupHashes:
        """The row's hashes, made anew from what is sealed. Raises ``SealBroken`` where its own are not among them."""
        for hashes in self.sealed_hashes():
            if self.is_found_by(hashes):
                return hashes
        raise SealBroken("what is sealed differs from the hash it is found by")


def hashed_models() -> list[type[HashedRow]]:
    """Every table with such rows."""
    return [model for model in apps.get_models() if issubclass(model, HashedRow)]
