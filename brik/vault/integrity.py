"""Finding what no seal can show: an older *whole* row put back, or a row changed past the audit log."""

from __future__ import annotations

from collections import defaultdict

from brik.audit import log
from brik.audit.record_names import record_name
from brik.vault.sealed_models import SealedModel
from brik.vault.sealing import SealBroken


def assert_current(*rows: SealedModel) -> None:
    """Demand that each row is the one its last event tells of; one query per kind of row.

    Asked before every disclosure. Raises ``SealBroken`` when a row is older or newer than its last event, or has none.
    """
    by_name: dict[str, list[SealedModel]] = defaultdict(list)
    for row in rows:
        by_name[record_name(row)].append(row)
    for name, same in by_name.items():
        versions = log.latest_row_versions(name, [str(row.pk) for row in same])
        for row in same:
            if versions.get(str(row.pk)) != row.row_version:
                raise SealBroken(f"{name} is not at the version its events tell of")
