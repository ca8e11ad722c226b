"""Finds what a seal cannot show: a row replaced by its whole older version, or changed without an event."""

from __future__ import annotations

from collections import defaultdict

from brik.audit import log
from brik.audit.record_names import record_name
from brik.vault.sealed_models import SealedModel
from brik.vault.sealing import SealBroken


def assert_current(*rows: SealedModel) -> None:
    """Demand that each row is at the version of its last event. One query for each model.

    Called before every disclosure. Raises ``SealBroken`` for a row older or newer than its last event, or without one.
    """
    by_name: dict[str, list[SealedModel]] = defaultdict(list)
    for row in rows:
        by_name[record_name(row)].append(row)
    for name, same_kind in by_name.items():
        versions = log.latest_row_versions(name, [str(row.pk) for row in same_kind])
        for row in same_kind:
            if versions.get(str(row.pk)) != row.row_version:
                raise SealBroken(f"{name} is not at the version of its last event")
