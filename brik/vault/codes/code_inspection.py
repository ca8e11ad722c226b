"""Checks the codes of all coded rows, table by table, for the check command."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import models

from brik.audit.models import Event
from brik.audit.record_names import record_name
from brik.vault.codes.coded_models import CodedModel, changed_past_us
from brik.vault.codes.row_codes import fits
from brik.vault.inspection import BATCH, Findings


def coded_models() -> list[type[models.Model]]:
    """Every model whose open columns have a code, the events among them."""
    return [model for model in apps.get_models() if issubclass(model, CodedModel) or model is Event]


def inspect_codes(model: type[models.Model]) -> Findings:
    """Compare every row of ``model`` with its code. ``broken`` holds the ids of those that do not fit."""
    findings = Findings(f"codes of {record_name(model)}")
    rows: Iterator[Any] = model._base_manager.order_by("pk").iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        findings.rows += len(batch)
        broken = [row for row in batch if not fits(row)] if model is Event else changed_past_us(batch)
        findings.broken += [(str(row.pk), "an open column is not what was saved here") for row in broken]
    return findings
