"""Going through everything sealed, room by room: does each value open, is each row the one the log tells of?"""

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
    """What was found in one table. ``broken`` names rows by their uuid and says why; never what they hold."""

    name: str
    rows: int = 0
    opened: int = 0
    shredded: int = 0
    broken: list[tuple[str, str]] = field(default_factory=list)


def sealed_models() -> list[type[models.Model]]:
    """Every registered model with a sealed field, the tables of history included."""
    return [
        model
        for model in apps.get_models()
        if any(isinstance(column, SealedField) for column in model._meta.local_fields)
    ]


def inspect(model: type[models.Model]) -> Findings:
    """Open every sealed value of ``model``, batch by batch with the same few queries, and compare rows with the log."""
    findings = Findings(_name(model))
    rows = model._base_manager.order_by("pk").iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        with keys.ring():
            _inspect_batch(model, batch, findings)
    if issubclass(model, SealedModel) and not model.MAY_BE_DELETED:
        findings.broken += [(pk, "borte") for pk in _gone(model)]
    return findings


def _gone(model: type[SealedModel]) -> Iterator[str]:
    """Rows that events tell of and that are in the table no more."""
    told = log.object_ids(record_name(model))
    while batch := list(islice(told, BATCH)):
        left = {str(pk) for pk in model._base_manager.filter(pk__in=batch).values_list("pk", flat=True)}
        yield from (pk for pk in batch if pk not in left)


def _inspect_batch(model: type[models.Model], batch: list[Any], findings: Findings) -> None:
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
            findings.broken.append((str(row.pk), "seglet er brutt"))
        elif isinstance(row, SealedModel) and not _agrees(row):
            findings.broken.append((str(row.pk), "det som står åpent, er et annet enn det forseglede"))
    if issubclass(model, SealedModel):
        findings.broken += _strays(model, {str(row.pk): row.row_version for row in batch})


def _preload(places: Collection[SealedPlace]) -> None:
    shared = [name for place in places if (name := place.shared_key)]
    if shared:
        shared_keys.preload(shared)
    else:
        keys.preload(place.subject for place in places)


def _strays(model: type[SealedModel], found: dict[str, int]) -> list[tuple[str, str]]:
    """Rows at another version than the log tells of. Work goes on meanwhile, so suspects are looked at again:
    a row and its event are committed together, hence a row is never older than events read before it, nor newer than
    events read after it."""
    name = record_name(model)
    before = log.latest_row_versions(name, [*found])
    # A row that holds nothing sealed, of which nothing has been told, has nothing to be compared.
    suspects = [pk for pk, version in found.items() if before.get(pk, 0) != version]
    if not suspects:
        return []
    now = {
        str(pk): version for pk, version in model._base_manager.filter(pk__in=suspects).values_list("pk", "row_version")
    }
    after = log.latest_row_versions(name, suspects)
    strays = []
    for pk, version in now.items():
        if pk not in after:
            strays.append((pk, "ingen hendelse"))
        elif version < before.get(pk, 0):
            strays.append((pk, "eldre enn siste hendelse"))
        elif version > after[pk]:
            strays.append((pk, "endret uten hendelse"))
    return strays


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
    """The record name; that of a table of history says so."""
    return record_name(model) if issubclass(model, SealedModel) else f"historical_{record_name(model)}"
