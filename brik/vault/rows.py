"""The ground every model with sealed fields stands on."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from brik.vault import keys
from brik.vault.fields import SealedField, seal_fresh


class SealedQuerySet(models.QuerySet):
    """Rows with sealed fields: seals on ``bulk_create`` and opens the keys of a whole list with one query."""

    def with_keys(self) -> SealedQuerySet:
        """Evaluate now and open the keys of all its people with one query."""
        keys.preload(getattr(row, self.model.SEALED_FOR) for row in self)
        return self

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        objs = list(objs)
        for obj in objs:
            seal_fresh(obj)
        return super().bulk_create(objs, *args, **kwargs)


class SealedModel(models.Model):
    """A row with sealed fields. Its uuid is known before it is inserted; its version rises only when it is resealed.

    ``SEALED_FOR`` names the attribute that holds the uuid of the person whose key seals the row.
    """

    SEALED_FOR = "person_id"

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    row_version = models.PositiveIntegerField(default=0, editable=False)

    _emptied = False

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Seal what is new, then save. A named list of ``update_fields`` is widened by what sealing touched."""
        if seal_fresh(self) and kwargs.get("update_fields") is not None:
            sealed = [field.attname for field in self._meta.concrete_fields if isinstance(field, SealedField)]
            kwargs["update_fields"] = {*kwargs["update_fields"], "row_version", *sealed}
        super().save(*args, **kwargs)
