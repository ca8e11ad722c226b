"""The key of one row that opens only with a person's key and an organisation's together: either gone, it is gone."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from brik.vault import keys
from brik.vault.codes.coded_models import changed_past_us
from brik.vault.keys import KeyName
from brik.vault.models import SHARED_ROW, Key
from brik.vault.providers.provider import provider
from brik.vault.sealing import DataKey, KeyPair, SealBroken, Shredded, associated_data, seal, unseal


class SharedKeyName(NamedTuple):
    """Which row a key belongs to, and who must both be there for it to open."""

    row: UUID
    person: UUID
    organisation: UUID

    @property
    def bound_to(self) -> bytes:
        """What the wrapped key is bound to: it opens for no other row, person or organisation."""
        parts = (self.row.bytes, self.person.bytes, self.organisation.bytes)
        return associated_data("brik/shared-key", provider().installation, *parts)

    @property
    def parts(self) -> list[KeyName]:
        """The keys it takes to open it: destroying one of them is enough."""
        both = [keys.of_person(self.person), keys.of_organisation(self.organisation)]
        return [*both, KeyName(SHARED_ROW, self.row, self.person)]


def key_for(name: SharedKeyName) -> DataKey:
    """The key of a row.

    Raises ``SealBroken`` when it, the person's or the organisation's is gone; ``Shredded`` when one was destroyed.
    """
    if key := keys.in_ring(name):
        return key
    person, organisation = _both(name)
    stored = Key.objects.filter(keeping=SHARED_ROW, subject=name.row).first()
    if stored is None or (stored.destroyed_at is not None and changed_past_us([stored])):
        raise SealBroken("the key is gone")
    if stored.destroyed_at is not None:
        raise Shredded("the key is destroyed")
    return _opened(stored, name, person, organisation)


def opened(stored: Key, name: SharedKeyName) -> DataKey:
    """The key of a row, of one that is stored. Raises ``SealBroken`` as :func:`key_for`."""
    return _opened(stored, name, *_both(name))


def key_for_sealing(name: SharedKeyName) -> DataKey:
    """The key of a row, made now if the row has none. A destroyed key is never made anew."""
    person, organisation = (keys.key_for_sealing(part) for part in name.parts[:2])
    # Read now, whatever the ring holds: one read in an earlier transaction may be replaced by now.
    if stored := Key.objects.filter(keeping=SHARED_ROW, subject=name.row).first():
        if stored.destroyed_at:
            raise SealBroken("the key is gone")
        return _opened(stored, name, person, organisation)
    data_key = AESGCM.generate_key(256)
    Key.objects.create(
        keeping=SHARED_ROW,
        subject=name.row,
        person=name.person,
        wrapped=provider().wrap(shared(data_key, name, person, organisation), SHARED_ROW, name.row),
        key_id=provider().key_id,
    )
    return AESGCM(data_key)


def shared(data_key: bytes, name: SharedKeyName, person: DataKey, organisation: DataKey) -> bytes:
    """The key of a row as it is wrapped: under the organisation's and under the person's."""
    return seal(person, seal(organisation, data_key, name.bound_to), name.bound_to)


def unshared(twice: bytes, name: SharedKeyName, person: DataKey, organisation: DataKey) -> bytes:
    """What :func:`shared` was given. Raises ``SealBroken`` unless both keys are its own."""
    return unseal(organisation, unseal(person, twice, name.bound_to), name.bound_to)


def preload(names: Collection[SharedKeyName]) -> None:
    """Open the keys of many rows with two queries; does nothing outside a ring."""
    keys.preload_names(part for name in names for part in name.parts[:2])
    rows = [name.row for name in names]
    found = {key.subject: key for key in Key.objects.filter(keeping=SHARED_ROW, subject__in=rows, destroyed_at=None)}
    for name in names:
        with suppress(SealBroken):
            if name.row in found:
                keys.remember(name, _opened(found[name.row], name, *_both(name)))


def _both(name: SharedKeyName) -> tuple[DataKey, DataKey]:
    person, organisation = (keys.key_for(part) for part in name.parts[:2])
    return person, organisation


def _opened(stored: Key, name: SharedKeyName, person: DataKey, organisation: DataKey) -> DataKey:
    def opened(wrapped: bytes) -> AESGCM:
        twice = provider().unwrap(wrapped, SHARED_ROW, name.row, stored.key_id)
        return AESGCM(unshared(twice, name, person, organisation))

    newest = opened(bytes(stored.wrapped))
    return KeyPair(newest, opened(bytes(stored.before))) if stored.before else newest
