"""Checks everything sealed, model by model: each value opens, and each row is at the version of its last event."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import models

from brik.audit import log
from brik.audit.record_names import record_name
from brik.vault import keys, shared_keys
from brik.vault.fields import SealedField
from brik.vault.place import SealedPlace, present_place, shredded
from brik.vault.sealed_models import SealedModel
from brik.vault.sealing import SealBroken

BATCH = 500


@dataclass
class Findings:
    """The result for one table. ``broken`` holds row uuids and reasons, never values."""

    name: str
    rows: int = 0
    opened: int = 0
    shredded: int = 0
    broken: list[tuple[str, str]] = field(default_factory=list)


def sealed_models() -> list[type[models.Model]]:
    """Every model with a sealed field, history models included."""
    return [
        model
        for model in apps.get_models()
        if any(isinstance(column, SealedField) for column in model._meta.local_fields)
    ]


def inspect(model: type[models.Model], *, opens: bool = True) -> Findings:
    """Open every sealed value of ``model``, in batches with few queries, and compare its rows with the log.

    ``opens=False`` only compares, for whoever has no keys.
    """
    findings = Findings(_name(model))
    rows = model._base_manager.order_by("pk").iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        with keys.ring():
            _inspect_batch(model, batch, findings, opens=opens)
    if issubclass(model, SealedModel) and not model.MAY_BE_DELETED:
        findings.broken += [(pk, "missing") for pk in _missing_rows(model)]
    return findings


def _missing_rows(model: type[SealedModel]) -> Iterator[str]:
    """The ids of rows that have events and are not in the table any more."""
    logged = log.object_ids(record_name(model))
    while batch := list(islice(logged, BATCH)):
        existing = {str(pk) for pk in model._base_manager.filter(pk__in=batch).values_list("pk", flat=True)}
        yield from (pk for pk in batch if pk not in existing)


def _inspect_batch(model: type[models.Model], batch: list[Any], findings: Findings, *, opens: bool) -> None:
    if opens:
        _open_batch(model, batch, findings)
    else:
        findings.rows += len(batch)
    if issubclass(model, SealedModel):
        findings.broken += _version_errors(model, {str(row.pk): row.row_version for row in batch})


def _open_batch(model: type[models.Model], batch: list[Any], findings: Findings) -> None:
    places = {row.pk: present_place(row) for row in batch}
    _preload(places.values())
    if issubclass(model, SealedModel):
        models.prefetch_related_objects(batch, *model.AGREES_WITH)
    destroyed = shredded(places.values())
    for row in batch:
        findings.rows += 1
        if places[row.pk].row in destroyed:
            findings.shredded += 1
        elif not all([*_opens(row, findings)]):
            findings.broken.append((str(row.pk), "the seal is broken"))
        elif isinstance(row, SealedModel) and not _agrees(row):
            findings.broken.append((str(row.pk), "a column in clear differs from the sealed value"))


def _preload(places: Collection[SealedPlace]) -> None:
    shared = [name for place in places if (name := place.shared_key)]
    if shared:
        shared_keys.preload(shared)
    else:
        keys.preload_names(place.key_name for place in places)


def _version_errors(model: type[SealedModel], versions: dict[str, int]) -> list[tuple[str, str]]:
    """Rows at another version than their last event, with the reason.

    Rows may be saved meanwhile, so suspects are read again. A row and its event are committed together: a row is never
    older than events read before it, nor newer than events read after it.
    """
    name = record_name(model)
    before = log.latest_row_versions(name, [*versions])
    # A row without sealed values and without events (version 0) has nothing to compare.
    suspects = [pk for pk, version in versions.items() if before.get(pk, 0) != version]
    if not suspects:
        return []
    now = {
        str(pk): version for pk, version in model._base_manager.filter(pk__in=suspects).values_list("pk", "row_version")
    }
    after = log.latest_row_versions(name, suspects)
    errors = []
    for pk, version in now.items():
        if pk not in after:
            errors.append((pk, "no event"))
        elif version < before.get(pk, 0):
            errors.append((pk, "older than its last event"))
        elif version > after[pk]:
            errors.append((pk, "changed without an event"))
    return errors


def _opens(row: Any, findings: Findings) -> Iterator[bool]:
    for column in row._meta.local_fields:
        if not isinstance(column, SealedField):
            continue
        try:
            handle = getattr(row, column.attname)
            if handle is not None:
                handle.open()
                findings.opened += 1
        except SealBroken:
            yield False


def _agrees(row: SealedModel) -> bool:
    try:
        row.demand_agreement()
    except SealBroken:
        return False
    return True


def _name(model: type[models.Model]) -> str:
    """The record name, with a prefix for a history model."""
    return record_name(model) if issubclass(model, SealedModel) else f"historical_{record_name(model)}"
