"""Rows as somebody leaves them who has the database and not the keys: no code, no event, no action, past triggers."""

from __future__ import annotations

from typing import Any

from django.db import models

from tests.situations.triggers import triggers_off


def forge(rows: models.Model | models.QuerySet, **columns: Any) -> None:
    """Set columns of a row, or of all rows of a queryset, as SQL would. Rows of our own making use ``change()``."""
    chosen = [rows] if isinstance(rows, models.Model) else list(rows)
    with triggers_off():
        for row in chosen:
            models.QuerySet(type(row)).filter(pk=row.pk).update(**columns)


def forged(row: models.Model) -> models.Model:
    """Insert a row as SQL would: whatever its code is, nobody has written it with the key."""
    plain: models.QuerySet[Any] = models.QuerySet(type(row))
    with triggers_off():
        plain.bulk_create([row])
    return row
