"""Every comparison of rows with rows, one after another."""

from __future__ import annotations

from collections.abc import Iterator

from consent import verification
from followup.desk.verification import consent_rows, delivery_rows, history_rows, receipt_signatures, register_rows
from followup.desk.verification.comparison import Mismatch

COMPARISONS = (
    *consent_rows.COMPARISONS,
    *delivery_rows.COMPARISONS,
    *history_rows.COMPARISONS,
    *register_rows.COMPARISONS,
)


def mismatches() -> Iterator[Mismatch]:
    """What each comparison has found, also where that is nothing. One query each; the documents in batches."""
    for comparison in COMPARISONS:
        yield comparison.mismatch()
    yield from register_rows.mismatches()
    yield Mismatch("receipt of a recipient: it has not signed this", sorted(receipt_signatures.unsigned()))
    yield Mismatch("consent: its legal basis is not that of its document", sorted(verification.other_bases()))
