"""Sealed model fields. The attribute gives a handle; ``.open()`` reads the value."""

from __future__ import annotations

import json
from enum import Enum
from typing import Any, NoReturn

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from brik.vault.integrity import note_opened
from brik.vault.place import origin, place_of
from brik.vault.sealing import SealBroken, demand_nothing, is_nothing, seal_nothing, unseal

_decode = json.JSONDecoder().decode


class Ciphertext(bytes):
    """Sealed bytes as stored in the database."""


class Fresh:
    """A value that is not sealed yet. It lives until the row is saved and is never written unsealed."""

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
    """What a row's attribute holds where there is no value."""

    # Removed, and not saved yet.
    EMPTIED = "emptied"
    # NULL in the database: allowed only in a row that was never sealed.
    ABSENT = "absent"


EMPTIED, ABSENT = Mark.EMPTIED, Mark.ABSENT
Content = Ciphertext | Fresh | Mark | None


class Sealed:
    """The handle that a sealed attribute gives. Opens nothing by itself, and prints nothing in a template."""

    __slots__ = ("_content", "_field", "_instance")

    def __init__(self, field: SealedField, instance: models.Model, content: Ciphertext | Fresh) -> None:
        self._field, self._instance, self._content = field, instance, content

    @property
    def ciphertext(self) -> Ciphertext | None:
        """The stored bytes; None while the value has not been saved."""
        return self._content if isinstance(self._content, Ciphertext) else None

    def open(self) -> Any:
        """The value. Raises ``SealBroken`` if it was changed, moved or rolled back, or its key is gone."""
        return self._field.decode(self.encoded())

    def encoded(self) -> bytes:
        """The value as the bytes that are sealed. Raises ``SealBroken`` like :meth:`open`."""
        if isinstance(self._content, Fresh):
            return self._content.encoded
        place = place_of(self._instance)
        encoded = unseal(place.key(), self._content, place.bound_to(self._field.attname))
        note_opened(self._instance, place)
        return encoded

    def __repr__(self) -> str:
        return "<Sealed>"

    def __str__(self) -> str:
        return ""

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a sealed value is never pickled")


class SealedAttribute(DeferredAttribute):
    """Gives a :class:`Sealed` handle for the stored value, and accepts new values.

    Reading an empty attribute raises ``SealBroken`` unless the row proves that it was saved empty.
    """

    field: SealedField

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        content = super().__get__(instance, cls)
        if isinstance(content, Fresh) or (isinstance(content, Ciphertext) and not is_nothing(content)):
            return Sealed(self.field, instance, content)
        if isinstance(content, Ciphertext):
            place = place_of(instance)
            demand_nothing(place.key(), content, place.bound_to(self.field.attname))
            note_opened(instance, place)
        elif content is ABSENT and place_of(instance).row_version:
            raise SealBroken("a value was taken away")
        return None

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self._content(instance, value)

    def _content(self, instance: models.Model, value: Any) -> Content:
        if isinstance(value, Sealed):
            # A history row or a reload keeps the same bytes; a value from another row is sealed anew.
            if value.ciphertext is not None and self._is_same_cell(instance, value):
                return value.ciphertext
            return Fresh(self.field.encode(value.open()))
        if isinstance(value, Ciphertext) or value is ABSENT:
            return value
        if value is not None:
            return Fresh(self.field.encode(value))
        # None in an empty attribute changes nothing; in one with a value, or not loaded, it is a change to save.
        if self.field.attname not in instance.__dict__:
            return None if instance._state.adding else EMPTIED
        content: Content = instance.__dict__[self.field.attname]
        return content if content is None or holds_nothing(content) else EMPTIED

    def _is_same_cell(self, instance: models.Model, value: Sealed) -> bool:
        model, other = origin(instance), value._instance
        pk = model._meta.pk.attname
        own_pk = instance.__dict__.get(pk, other.__dict__.get(pk))
        return (
            origin(other) is model and value._field.attname == self.field.attname and own_pk == other.__dict__.get(pk)
        )


class SealedField(models.Field):
    """A JSON value, sealed with the key of the row's person and bound to the row. Only on a ``SealedModel``.

    Unsealed values never reach SQL: filtering by the field or ``update()`` with a value raises ``TypeError``.
    """

    descriptor_class = SealedAttribute
    # The code of a row (``codes``) covers the open columns only.
    is_sealed = True

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
        """What is written. A sealed row, and its history, prove of each empty column that it is empty."""
        content = model_instance.__dict__.get(self.attname)
        if isinstance(content, Ciphertext):
            return content
        if content is None and model_instance.row_version:
            place = place_of(model_instance)
            return Ciphertext(seal_nothing(place.key(), place.bound_to(self.attname)))
        return None if content is ABSENT else super().pre_save(model_instance, add)

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
    """Bytes (a scan, a document), sealed in the same way."""

    def encode(self, value: Any) -> bytes:
        return bytes(memoryview(value))

    def decode(self, plaintext: bytes) -> Any:
        return plaintext


def holds_nothing(content: Content) -> bool:
    """Whether an attribute was loaded from the database without a value."""
    return content is ABSENT or (isinstance(content, Ciphertext) and is_nothing(content))


def sealed_fields(model: type[models.Model] | models.Model) -> list[SealedField]:
    """The sealed columns of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]
