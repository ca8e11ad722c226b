"""Proves that the stored documents are those that were signed: opens each, and checks its hash and its rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from brik.audit import log
from brik.vault import keys
from brik.vault.canonical import sha256
from brik.vault.models import PERSON, Key
from brik.vault.sealing import SealBroken
from consent.models import Consent, Text, WithdrawalReceipt
from consent.record.document import ConsentDocument, opened
from consent.record.document_writing import rows_of
from consent.texts import catalogue as texts

BATCH = 200
_COLUMNS = ("direction", "recipient_kind", "source", "theme", "answer", "organisation_id", "until")


def differences() -> Iterator[str]:
    """One line for each difference: kind of row, id, and what differs. No personal data."""
    for text in Text.objects.order_by("pk"):
        if texts.hash_of(text) != text.sha256:
            yield f"text {text.kind} {text.language} {text.version}: does not have its hash"
    present = set()
    for consents in _batches(Consent.objects.select_related("text").defer("text__body").prefetch_related("decisions")):
        versions = log.latest_row_versions(Consent.RECORD_NAME, [str(consent.pk) for consent in consents])
        present |= {str(consent.pk) for consent in consents}
        for consent in consents:
            version = versions.get(str(consent.pk))
            yield from (f"consent {consent.pk}: {difference}" for difference in _of_consent(consent, version))
    for receipt in (receipt for receipts in _batches(WithdrawalReceipt.objects.all()) for receipt in receipts):
        try:
            if opened(receipt).content["withdrawal"] != str(receipt.withdrawal_id):
                yield f"receipt {receipt.pk}: is of another withdrawal"
        except SealBroken as broken:
            if not _is_shredded(receipt):
                yield f"receipt {receipt.pk}: does not open ({broken})"
    made = set(log.object_ids(Consent.RECORD_NAME))
    yield from (f"consent {gone}: its event is in the log, its row is gone" for gone in sorted(made - present))


def _batches(rows: Any) -> Iterator[list[Any]]:
    """All rows in batches; the keys of a batch are loaded together and dropped after it."""
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        with keys.ring():
            batch = list(rows.filter(pk__in=pks[start : start + BATCH]).order_by("pk"))
            keys.preload(row.person_id for row in batch)
            yield batch


def _of_consent(consent: Consent, version: int | None) -> Iterator[str]:
    if version != consent.row_version:
        yield "does not have the row version of its last event"
    try:
        document = opened(consent)
        signature = b"" if consent.signature is None else bytes(consent.signature.open())
    except SealBroken as broken:
        if not _is_shredded(consent):
            yield f"does not open ({broken})"
        return
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
    """Whether the key was destroyed on purpose: then the row is meant to be unreadable."""
    return Key.objects.filter(keeping=PERSON, subject=row.person_id, destroyed_at__isnull=False).exists()
