"""Where a sealed value belongs, and the bytes that bind it there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import models

from brik.vault.provider import provider
from brik.vault.sealing import associated_data


@dataclass(frozen=True)
class Place:
    """The row a value is sealed into: table, person, row and row version. The column is named when it is bound."""

    table: str
    subject: UUID
    row: UUID
    row_version: int

    def bound_to(self, column: str) -> bytes:
        """What a value is bound to: installation, table, column, person, row and row version."""
        return associated_data(
            "brik/v1", provider().installation, self.table, column, str(self.subject), str(self.row), self.row_version
        )

    def next_version(self) -> Place:
        return replace(self, row_version=self.row_version + 1)


def origin(instance: models.Model) -> Any:
    """The model a row belongs to; for a history row the model it is the history of."""
    return getattr(type(instance), "instance_type", None) or type(instance)


def present_place(instance: Any) -> Place:
    """The place the row's attributes name now."""
    model = origin(instance)
    return Place(
        table=model._meta.label_lower,
        subject=_uuid(getattr(instance, model.SEALED_FOR)),
        row=_uuid(getattr(instance, model._meta.pk.attname)),
        row_version=instance.row_version,
    )


def place_of(instance: Any) -> Place:
    """The place the row's values were sealed into: where it was loaded from, whatever has been assigned since."""
    place: Place = instance.__dict__.get("_sealed_at") or present_place(instance)
    return place


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))
