"""Checks the codes of all coded rows, table by table, for the check command."""

from __future__ import annotations

from itertools import islice

from django.apps import apps

from brik.audit.record_names import record_name
from brik.vault.codes.coded_models import CodedModel, changed_past_us
from brik.vault.inspection import BATCH, Findings


def coded_models() -> list[type[CodedModel]]:
    """Every model whose open columns have a code."""
    return [model for model in apps.get_models() if issubclass(model, CodedModel)]


def inspect_codes(model: type[CodedModel]) -> Findings:
    """Compare every row of ``model`` with its code. ``broken`` holds the ids of those that do not fit."""
    findings = Findings(f"codes of {record_name(model)}")
    rows = model._base_manager.order_by("pk").iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        findings.rows += len(batch)
        findings.broken += [
            (str(row.pk), "an open column is not what was saved here") for row in changed_past_us(batch)
        ]
    return findings
