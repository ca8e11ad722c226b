"""The rows that one data key seals, with their history, and the keys of rows that open with it and another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db import models

from brik.vault.fields import ABSENT, Ciphertext, sealed_fields
from brik.vault.inspection import sealed_models
from brik.vault.models import ORGANISATION, PERSON, SHARED_ROW
from brik.vault.place import SealedPlace, origin, present_place
from brik.vault.sealing import DataKey, SealBroken, demand_nothing, is_nothing, unseal

# A value: where it lies, and its stored bytes.
SealedValue = tuple[models.Field, bytes, bytes]


def rows_of(keeping: str, subject: UUID) -> dict[type[models.Model], list[models.QuerySet[Any]]]:
    """By model, its rows and those of its history that the key of this keeping seals."""
    found = defaultdict(list)
    for model in sealed_models():
        kept: Any = getattr(model, "instance_type", model)
        # A row that takes two keys has one of its own.
        named = "uuid" if kept.SEALED_WITH else kept.KEEPING_ID or kept.SEALED_FOR
        if keeping == (SHARED_ROW if kept.SEALED_WITH else kept.KEEPING):
            found[kept].append(model._base_manager.filter(**{named: subject}))
    return found


def grouped(tables: Iterable[models.QuerySet[Any]]) -> list[UUID]:
    """The uuids of the rows in these tables: a row and its history are sealed anew together, to the same bytes."""
    return sorted({uuid for rows in tables for uuid in rows.order_by().values_list("uuid", flat=True)})


def shared_rows(keeping: str, subject: UUID) -> Iterator[Any]:
    """The rows with a key of their own that opens only with the key of this person or organisation."""
    for model in sealed_models():
        kept: Any = getattr(model, "instance_type", model)
        if kept.SEALED_WITH and keeping in (PERSON, ORGANISATION):
            # The organisation may be no column: it is asked of each row.
            named = {kept.SEALED_FOR: subject} if keeping == PERSON else {}
            for row in model._base_manager.filter(**named).order_by("pk").iterator(chunk_size=100):
                if keeping == PERSON or getattr(row, kept.SEALED_WITH) == subject:
                    yield row


def values_of(row: models.Model) -> Iterator[SealedValue]:
    """The sealed values of a row: the column, the stored bytes and what they are bound to."""
    place: SealedPlace = present_place(row)
    for field in sealed_fields(row):
        stored = row.__dict__[field.attname]
        if isinstance(stored, Ciphertext):
            yield field, bytes(stored), place.bound_to(field.attname)
        elif stored is ABSENT and place.row_version:
            raise SealBroken("a value was taken away")


def opened(key: DataKey, stored: bytes, bound_to: bytes) -> bytes | None:
    """The value that was sealed; None for a nothing. Raises ``SealBroken`` unless this key opens or proves it."""
    if is_nothing(stored):
        demand_nothing(key, stored, bound_to)
        return None
    return unseal(key, stored, bound_to)


def name_of(row: models.Model) -> str:
    """The model and id of a row, for the operator."""
    return f"{origin(row)._meta.label_lower} {row.pk}"
