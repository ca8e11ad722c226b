"""Proves that the stored documents are those that were signed: opens each, and checks its hash and its rows.

The archived sheets are opened too: each is whole, and carries the document of its own consent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from brik.audit import log
from brik.vault import keys
from brik.vault.canonical import sha256
from brik.vault.codes.coded_models import changed_past_us
from brik.vault.models import PERSON, Key
from brik.vault.sealing import SealBroken
from consent.models import Consent, SignedSheet, Text, WithdrawalReceipt
from consent.record.document import ConsentDocument, opened
from consent.record.document_writing import rows_of
from consent.record.signed_sheets import document_in, opened_sheet
from consent.texts import catalogue as texts

BATCH = 200
# A sheet can hold several scanned pages.
SHEETS = 20
_COLUMNS = ("direction", "recipient_kind", "source", "theme", "answer", "organisation_id", "until")


def differences() -> Iterator[str]:
    """One line for each difference: kind of row, id, and what differs. No personal data."""
    for text in Text.objects.order_by("pk"):
        if texts.hash_of(text) != text.sha256:
            yield f"text {text.kind} {text.language} {text.version}: does not have its hash"
    consents = Consent.objects.select_related("text", "sheet").defer("text__body", "sheet__pdf")
    yield from _of_all("consent", consents.prefetch_related("decisions"), _of_consent)
    yield from _of_all("sheet", SignedSheet.objects.select_related("consent"), _of_sheet, size=SHEETS)
    yield from _of_all("receipt", WithdrawalReceipt.objects.select_related("withdrawal"), _of_receipt)


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
            batch = list(rows.filter(pk__in=pks[start : start + size]).order_by("pk"))
            keys.preload(row.person_id for row in batch)
            yield batch


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
    content = document.content
    columns = {
        "consent": str(consent.pk),
        "person": str(consent.person_id),
        "kind": consent.kind,
        "language": consent.language,
        "outcome": consent.outcome,
    }
    yield from (f"{name} differs from the document" for name, value in columns.items() if content[name] != value)
    if datetime.fromisoformat(content["effective_at"]) != consent.effective_at:
        yield "effective_at differs from the document"
    if (content["text"]["sha256"], content["text"]["version"]) != (consent.text.sha256, consent.text.version):
        yield "text differs from the document"
    if content["signature"]["sha256"] != (sha256(signature) if signature else ""):
        yield "signature differs from the document"
    yield from _of_decisions(consent, document)


def _of_decisions(consent: Consent, document: ConsentDocument) -> Iterator[str]:
    documented = sorted(_line(rows_of(row)) for row in document.decisions)
    rows = list(consent.decisions.all())
    stored = sorted(_line({name: getattr(row, name) for name in _COLUMNS}) for row in rows)
    if documented != stored:
        yield f"decisions differ from the document ({len(documented)} documented, {len(stored)} stored)"
    if any((row.effective_at, row.person_id) != (consent.effective_at, consent.person_id) for row in rows):
        yield "a decision has another person or another moment"


def _line(row: dict[str, Any]) -> str:
    until = row["until"].timestamp() if row["until"] else ""
    return "|".join(str(value) for value in (*(row[name] for name in _COLUMNS[:-1]), until))


def _is_shredded(row: Any) -> bool:
    """Whether the key was destroyed on purpose, by us: then the row is meant to be unreadable."""
    destroyed = Key.objects.filter(keeping=PERSON, subject=row.person_id, destroyed_at__isnull=False).first()
    return destroyed is not None and not changed_past_us([destroyed])
