"""The place of a sealed value, and the bytes that bind the value to it."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models

from brik.audit.record_names import record_name
from brik.vault import keys, shared_keys
from brik.vault.codes.coded_models import changed_past_us
from brik.vault.keys import KeyName
from brik.vault.models import PERSON, Key
from brik.vault.providers.provider import provider
from brik.vault.sealing import DataKey, associated_data, uuid_data
from brik.vault.shared_keys import SharedKeyName


class SealedPlace(NamedTuple):
    """The row a value is sealed into: record name, person, row and row version. ``bound_to`` adds the column."""

    name: str
    subject: UUID
    row: UUID
    row_version: int
    # Whose key it takes besides the person's; None where one key alone opens the row.
    organisation: UUID | None = None
    # What the row is kept as, and its uuid; None where that is the person.
    keeping: str = PERSON
    kept: UUID | None = None

    def key(self) -> DataKey:
        """The key that opens the row. Raises ``SealBroken`` when it is gone."""
        name = self.shared_key
        return shared_keys.key_for(name) if name else keys.key_for(self.key_name)

    def key_for_sealing(self) -> DataKey:
        """As :meth:`key`, made now if there is none yet."""
        name = self.shared_key
        return shared_keys.key_for_sealing(name) if name else keys.key_for_sealing(self.key_name)

    @property
    def key_name(self) -> KeyName:
        """The name of the keeping's key, where one key opens the row."""
        return KeyName(self.keeping, self.kept or self.subject, self.subject)

    @property
    def shared_key(self) -> SharedKeyName | None:
        """The name of the row's own key, where it takes two to open it."""
        return SharedKeyName(self.row, self.subject, self.organisation) if self.organisation else None

    @property
    def key_parts(self) -> list[KeyName]:
        """Every key the row needs: with one of them destroyed the row is shredded."""
        name = self.shared_key
        return name.parts if name else [self.key_name]

    def bound_to(self, column: str) -> bytes:
        """What a value is bound to: installation, record name, column, person, row and row version."""
        return bound(column_data(self.name, column), self.subject, self.row, self.row_version)


def column_data(name: str, column: str) -> bytes:
    """The part of :meth:`SealedPlace.bound_to` that all values of a column share."""
    return _column(provider().installation, name, column)


def bound(column: bytes, subject: UUID, row: UUID, row_version: int) -> bytes:
    """:meth:`SealedPlace.bound_to` for lists of thousands of rows. ``column`` comes from :func:`column_data`."""
    person = uuid_data(subject)
    return column + person + (person if row is subject else uuid_data(row)) + _version(row_version)


@cache
def _column(installation: str, name: str, column: str) -> bytes:
    return associated_data("brik/v1", installation, name, column)


@lru_cache(maxsize=256)
def _version(row_version: int) -> bytes:
    return associated_data(row_version)


def origin(instance: models.Model) -> Any:
    """The model of a row; for a history row the model whose history it is."""
    return getattr(type(instance), "instance_type", None) or type(instance)


def present_place(instance: Any) -> SealedPlace:
    """The place that the row's attributes name now."""
    model = origin(instance)
    return SealedPlace(
        name=record_name(model),
        subject=_uuid(getattr(instance, model.SEALED_FOR)),
        row=_uuid(getattr(instance, model._meta.pk.attname)),
        row_version=instance.row_version,
        organisation=getattr(instance, model.SEALED_WITH) if model.SEALED_WITH else None,
        keeping=model.KEEPING,
        kept=_uuid(getattr(instance, model.KEEPING_ID)) if model.KEEPING_ID else None,
    )


def place_of(instance: Any) -> SealedPlace:
    """The place where the row's values were sealed: as loaded, even if attributes have changed since."""
    place: SealedPlace = instance.__dict__.get("_sealed_at") or present_place(instance)
    return place


def shredded(places: Collection[SealedPlace]) -> set[UUID]:
    """The rows of these that can never be opened again, because a key was destroyed on purpose. One query.

    A key that only says so, in a row that was changed past us, is none of them.
    """
    parts = {part.subject for place in places for part in place.key_parts}
    destroyed = list(Key.objects.filter(subject__in=parts, destroyed_at__isnull=False))
    forged = {key.pk for key in changed_past_us(destroyed)}
    gone = {(key.keeping, key.subject) for key in destroyed if key.pk not in forged}
    return {place.row for place in places if any(part.kept in gone for part in place.key_parts)}


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))
