"""Sealed model fields. The attribute is a handle; reading is the explicit ``.open()``."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from brik.vault import keys
from brik.vault.provider import provider
from brik.vault.sealing import associated_data, seal, unseal


class Ciphertext(bytes):
    """Sealed bytes as they lie in the database."""


class Sealed:
    """What a sealed attribute gives: a handle that has opened nothing yet."""

    __slots__ = ("_ciphertext", "_field", "_fresh", "_instance")

    def __init__(
        self, field: SealedField, instance: models.Model, *, ciphertext: Ciphertext | None = None, fresh: Any = None
    ) -> None:
        self._field, self._instance, self._ciphertext, self._fresh = field, instance, ciphertext, fresh

    @property
    def ciphertext(self) -> Ciphertext | None:
        """The stored bytes; None while the value has not been saved."""
        return self._ciphertext

    def open(self) -> Any:
        """The value. Raises ``SealBroken`` if it was changed, moved, rolled back, or its key is gone."""
        if self._ciphertext is None:
            return self._fresh
        key = keys.key_for(_subject(self._instance))
        return self._field.decode(unseal(key, self._ciphertext, bound_to(self._field, self._instance)))

    def __repr__(self) -> str:
        return "<Sealed>"

    __str__ = __repr__


class SealedAttribute(DeferredAttribute):
    """Turns what is put into the attribute into a :class:`Sealed` handle."""

    field: SealedField

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        return super().__get__(instance, cls)

    def __set__(self, instance: models.Model, value: Any) -> None:
        if isinstance(value, Sealed):
            # A copy of the same row (a history row) keeps the very bytes; anything else is sealed anew.
            same_row = value.ciphertext is not None and value._field.attname == self.field.attname
            value = value.ciphertext if same_row else value.open()
        if isinstance(value, Ciphertext):
            value = Sealed(self.field, instance, ciphertext=value)
        elif value is not None:
            value = Sealed(self.field, instance, fresh=value)
        elif instance.__dict__.get(self.field.attname) is not None:
            instance._emptied = True  # type: ignore[attr-defined]
        instance.__dict__[self.field.attname] = value


class SealedField(models.Field):
    """A JSON value, sealed under the key of the row's person and bound to the row. Only on a ``SealedModel``.

    Plain values never reach SQL: filtering by the field or ``update()`` with a value raises ``TypeError``.
    """

    descriptor_class = SealedAttribute

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def get_internal_type(self) -> str:
        return "BinaryField"

    def encode(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def decode(self, plaintext: bytes) -> Any:
        return json.loads(plaintext)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Ciphertext | None:
        return None if value is None else Ciphertext(value)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sealed):
            value = value.ciphertext
        if value is None or isinstance(value, Ciphertext):
            return value
        raise TypeError(f"{self} takes sealed bytes only; assign to the attribute and save the row")

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return self.get_prep_value(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self} is sealed and cannot be searched")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError(f"{self} is sealed and cannot be serialised")


class SealedBytesField(SealedField):
    """Bytes (a scan, a document), sealed like everything else."""

    def encode(self, value: Any) -> bytes:
        return bytes(value)

    def decode(self, plaintext: bytes) -> Any:
        return plaintext


def origin(instance: models.Model) -> Any:
    """The model a row belongs to; for a history row the model it is the history of."""
    return getattr(type(instance), "instance_type", None) or type(instance)


def _subject(instance: models.Model) -> UUID:
    subject: UUID = getattr(instance, origin(instance).SEALED_FOR)
    return subject


def bound_to(field: SealedField, instance: Any) -> bytes:
    """What a value of ``instance`` is bound to: installation, table, column, person, row and row version."""
    model = origin(instance)
    return associated_data(
        "brik/v1",
        provider().installation,
        model._meta.label_lower,
        field.attname,
        str(_subject(instance)),
        str(getattr(instance, model._meta.pk.attname)),
        instance.row_version,
    )


def seal_fresh(instance: Any) -> bool:
    """Seal every sealed field of the row anew, one row version higher, if any has been given a new value."""
    fields = [field for field in instance._meta.concrete_fields if isinstance(field, SealedField)]
    held = {field: getattr(instance, field.attname) for field in fields}
    if not any(handle is not None and handle.ciphertext is None for handle in held.values()) and not instance._emptied:
        return False
    values = {field: None if handle is None else handle.open() for field, handle in held.items()}
    instance.row_version += 1
    key = keys.key_for_sealing(_subject(instance))
    for field, value in values.items():
        if value is not None:
            sealed = seal(key, field.encode(value), bound_to(field, instance))
            instance.__dict__[field.attname] = Sealed(field, instance, ciphertext=Ciphertext(sealed))
    instance._emptied = False
    return True
