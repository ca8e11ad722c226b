"""Sealed model fields. The attribute is a handle; reading is the explicit ``.open()``."""

from __future__ import annotations

import json
from enum import Enum
from typing import Any, NoReturn

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from brik.vault.place import origin, place_of
from brik.vault.sealing import SealBroken, demand_nothing, is_nothing, seal_nothing, unseal

_decode = json.JSONDecoder().decode


class Ciphertext(bytes):
    """Sealed bytes as they lie in the database."""


class Fresh:
    """A value given but not yet sealed; it lives until the row is saved and is never written anywhere as it is."""

    __slots__ = ("encoded",)

    def __init__(self, encoded: bytes) -> None:
        self.encoded = encoded

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a value that is not sealed yet is never pickled")

    def __copy__(self) -> Fresh:
        return self

    def __deepcopy__(self, memo: Any) -> Fresh:
        return self

    def __repr__(self) -> str:
        return "<Fresh>"


class Mark(Enum):
    """Stands in a row's attribute where there is no value."""

    # Taken away, and not saved yet.
    EMPTIED = "emptied"
    # NULL in the database: right for a row that was never sealed, and for no other.
    ABSENT = "absent"


EMPTIED, ABSENT = Mark.EMPTIED, Mark.ABSENT
Held = Ciphertext | Fresh | Mark | None


class Sealed:
    """What a sealed attribute gives: a handle that has opened nothing yet. Prints as nothing in a template."""

    __slots__ = ("_field", "_held", "_instance")

    def __init__(self, field: SealedField, instance: models.Model, held: Ciphertext | Fresh) -> None:
        self._field, self._instance, self._held = field, instance, held

    @property
    def ciphertext(self) -> Ciphertext | None:
        """The stored bytes; None while the value has not been saved."""
        return self._held if isinstance(self._held, Ciphertext) else None

    def open(self) -> Any:
        """The value. Raises ``SealBroken`` if it was changed, moved, rolled back, or its key is gone."""
        return self._field.decode(self.encoded())

    def encoded(self) -> bytes:
        """The value as the bytes that are sealed. Raises ``SealBroken`` like :meth:`open`."""
        if isinstance(self._held, Fresh):
            return self._held.encoded
        place = place_of(self._instance)
        return unseal(place.key(), self._held, place.bound_to(self._field.attname))

    def __repr__(self) -> str:
        return "<Sealed>"

    def __str__(self) -> str:
        return ""

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a sealed value is never pickled")


class SealedAttribute(DeferredAttribute):
    """Gives a :class:`Sealed` handle for what the row holds, and takes in new values.

    Reading None is a statement too: it raises ``SealBroken`` unless the row proves that nothing was put there.
    """

    field: SealedField

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        held = super().__get__(instance, cls)
        if isinstance(held, Fresh) or (isinstance(held, Ciphertext) and not is_nothing(held)):
            return Sealed(self.field, instance, held)
        if isinstance(held, Ciphertext):
            place = place_of(instance)
            demand_nothing(place.key(), held, place.bound_to(self.field.attname))
        elif held is ABSENT and place_of(instance).row_version:
            raise SealBroken("a value was taken away")
        return None

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self._held(instance, value)

    def _held(self, instance: models.Model, value: Any) -> Held:
        if isinstance(value, Sealed):
            # A history row or a reload of the row keeps the very bytes; what comes from elsewhere is sealed anew.
            if value.ciphertext is not None and self._is_same_cell(instance, value):
                return value.ciphertext
            return Fresh(self.field.encode(value.open()))
        if isinstance(value, Ciphertext) or value is ABSENT:
            return value
        if value is not None:
            return Fresh(self.field.encode(value))
        # None over nothing is nothing; None over something, or over what was never loaded, is a change to be saved.
        if self.field.attname not in instance.__dict__:
            return None if instance._state.adding else EMPTIED
        held: Held = instance.__dict__[self.field.attname]
        return held if held is None or holds_nothing(held) else EMPTIED

    def _is_same_cell(self, instance: models.Model, value: Sealed) -> bool:
        model, other = origin(instance), value._instance
        pk = model._meta.pk.attname
        mine = instance.__dict__.get(pk, other.__dict__.get(pk))
        return origin(other) is model and value._field.attname == self.field.attname and mine == other.__dict__.get(pk)


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
        return _decode(plaintext.decode())

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Ciphertext | Mark:
        return ABSENT if value is None else Ciphertext(value)

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """What is written. A row that has been sealed, and its history, say of every column what is in it."""
        held = model_instance.__dict__.get(self.attname)
        if isinstance(held, Ciphertext):
            return held
        if held is None and model_instance.row_version:
            place = place_of(model_instance)
            return Ciphertext(seal_nothing(place.key(), place.bound_to(self.attname)))
        return None if held is ABSENT else super().pre_save(model_instance, add)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sealed) and value.ciphertext is not None:
            return value.ciphertext
        if value is None or isinstance(value, Ciphertext):
            return value
        raise TypeError(f"{self} takes sealed bytes only; assign to the attribute and save the row")

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return self.get_prep_value(value)

    def get_lookup(self, lookup_name: str) -> Any:
        raise TypeError(f"{self} is sealed and cannot be searched")

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError(f"{self} is sealed and cannot be serialised")


class SealedBytesField(SealedField):
    """Bytes (a scan, a document), sealed like everything else."""

    def encode(self, value: Any) -> bytes:
        return bytes(memoryview(value))

    def decode(self, plaintext: bytes) -> Any:
        return plaintext


def holds_nothing(held: Held) -> bool:
    """Whether an attribute came from the database without a value."""
    return held is ABSENT or (isinstance(held, Ciphertext) and is_nothing(held))


def sealed_fields(model: type[models.Model] | models.Model) -> list[SealedField]:
    """The sealed columns of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]


__all__ = [
    "ABSENT",
    "EMPTIED",
    "Ciphertext",
    "Fresh",
    "Sealed",
    "SealedBytesField",
    "SealedField",
    "holds_nothing",
    "sealed_fields",
]
