"""Rows with sealed fields whose open columns have a code."""

from __future__ import annotations

from brik.vault.codes.coded_models import CodedModel, CodedQuerySet
from brik.vault.sealed_models import SealedModel, SealedQuerySet


class CodedSealedQuerySet(SealedQuerySet, CodedQuerySet):  # type: ignore[override]  # both make a manager of their own
    """Seals first, then codes: the code is over the row version that sealing gives."""


class CodedSealedModel(SealedModel, CodedModel):
    """A row with sealed fields and a code. Its query set is a :class:`CodedSealedQuerySet`."""

    class Meta:
        abstract = True
