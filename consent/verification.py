"""Proves that the stored documents are those that were signed: opens each, and checks its hash and its rows.

The archived sheets are opened too: each is whole, and carries the document of its own consent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from brik.audit import log
from brik.vault import keys
from brik.vault.canonical import sha256
from brik.vault.place import place_of, shredded
from brik.vault.sealing import SealBroken
from consent import proof
from consent.evidence import SignedRows
from consent.models import Consent, SignedSheet, Text, WithdrawalReceipt
from consent.record.document import opened
from consent.record.signed_sheets import document_in, opened_sheet
from consent.texts import catalogue as texts

BATCH = 200
# A sheet can hold several scanned pages.
SHEETS = 20


def differences() -> Iterator[str]:
    """One line for each difference: kind of row, id, and what differs. No personal data."""
    for text in Text.objects.order_by("pk"):
        if texts.hash_of(text) != text.sha256:
            yield f"text {text.kind} {text.language} {text.version}: does not have its hash"
    consents = Consent.objects.select_related("text", "legal_basis", "sheet").defer("text__body", "sheet__pdf")
    yield from _of_all("consent", consents.prefetch_related("decisions"), _of_consent)
    yield from _of_all("sheet", SignedSheet.objects.select_related("consent"), _of_sheet, size=SHEETS)
    yield from _of_all("receipt", WithdrawalReceipt.objects.select_related("withdrawal"), _of_receipt)


def other_bases() -> Iterator[str]:
    """The ids of consents under another legal basis than their document names. Opens each document, in batches."""
    consents = Consent.objects.select_related("legal_basis").defer("signature")
    for batch in _batches(consents, BATCH):
        for consent in batch:
            try:
                if proof.basis_differs(consent, opened(consent)):
                    yield str(consent.pk)
            except SealBroken:
                continue  # what does not open is named by ``verify_consent``


def _of_all(kind: str, rows: Any, of_row: Callable[[Any], Iterator[str]], *, size: int = BATCH) -> Iterator[str]:
    """What differs in any row, and the rows whose events are in the log and that are gone."""
    name, present = rows.model.RECORD_NAME, set()
    for batch in _batches(rows, size):
        versions = log.latest_row_versions(name, [str(row.pk) for row in batch])
        for row in batch:
            present.add(str(row.pk))
            if versions.get(str(row.pk)) != row.row_version:
                yield f"{kind} {row.pk}: does not have the row version of its last event"
            yield from (f"{kind} {row.pk}: {difference}" for difference in of_row(row))
    made = set(log.object_ids(name))
    yield from (f"{kind} {gone}: its event is in the log, its row is gone" for gone in sorted(made - present))


def _batches(rows: Any, size: int) -> Iterator[list[Any]]:
    """All rows in batches; the keys of a batch are loaded together and dropped after it."""
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), size):
        with keys.ring():
            yield list(rows.filter(pk__in=pks[start : start + size]).order_by("pk").with_keys())


def _of_sheet(sheet: SignedSheet) -> Iterator[str]:
    consent = sheet.consent
    if sheet.person_id != consent.person_id:
        yield "has another person than its consent"
    try:
        document = document_in(opened_sheet(sheet))
    except SealBroken as broken:
        if not _is_shredded(sheet):
            yield f"does not open ({broken})"
        return
    if sha256(document) != consent.document_sha256:
        yield "does not carry the document of its consent"


def _of_receipt(receipt: WithdrawalReceipt) -> Iterator[str]:
    if receipt.person_id != receipt.withdrawal.person_id:
        yield "has another person than its withdrawal"
    try:
        if opened(receipt).content["withdrawal"] != str(receipt.withdrawal_id):
            yield "is of another withdrawal"
    except SealBroken as broken:
        if not _is_shredded(receipt):
            yield f"does not open ({broken})"


def _of_consent(consent: Consent) -> Iterator[str]:
    try:
        document = opened(consent)
        signature = b"" if consent.signature is None else bytes(consent.signature.open())
    except SealBroken as broken:
        if not _is_shredded(consent):
            yield f"does not open ({broken})"
        return
    if bool(signature) != hasattr(consent, "sheet"):
        yield "is signed without a sheet" if signature else "has a sheet and is not signed"
    if document.content["signature"]["sha256"] != (sha256(signature) if signature else ""):
        yield "signature differs from the document"
    yield from proof.differences(consent, document, SignedRows.of(consent))


def _is_shredded(row: Any) -> bool:
    """Whether the key was destroyed on purpose: then the row is meant to be unreadable."""
    return bool(shredded([place_of(row)]))
