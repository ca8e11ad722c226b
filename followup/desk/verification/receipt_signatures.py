"""The receipts of recipients, each compared with what its recipient has signed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from brik.vault import keys
from brik.vault.sealing import SealBroken
from followup.sharing.delivery import receipts
from followup.sharing.models import Receipt

BATCH = 200


def unsigned() -> Iterator[str]:
    """The ids of receipts that their recipient has not signed so, by a key that was good when they came.

    Opens each, in batches. What does not open is named by ``verify_audit``.
    """
    pks = list(Receipt.objects.order_by("pk").values_list("pk", flat=True))
    rows = Receipt.objects.select_related("organisation", "delivery").prefetch_related("organisation__replaced_keys")
    for start in range(0, len(pks), BATCH):
        with keys.ring():
            for receipt in rows.filter(pk__in=pks[start : start + BATCH]).order_by("pk").with_keys():
                with suppress(SealBroken):
                    if not receipts.is_as_signed(receipt):
                        yield str(receipt.pk)
