"""The receipt with the signature, and the signed sheet: the same paper archived as it was signed."""

from __future__ import annotations

from brik.audit import log
from brik.audit.verbs import Verb
from brik.pdf.document import PdfDocument
from brik.pdf.sheet import WIDTH
from brik.staff.models import Staff
from brik.vault.canonical import sha256
from consent.models import Consent, SignedSheet
from consent.record import receipt
from consent.record.document import ConsentDocument, opened
from consent.talk import signature
from consent.talk.signature import Signature
from consent.talk.signing import scans


def archive(consent: Consent, document: ConsentDocument, signed: Signature, *, by: Staff) -> SignedSheet:
    """Store the sheet of a consent that was just signed, in the transaction that makes the consent."""
    data = sheet(document, signed, sha256=consent.document_sha256)
    row = SignedSheet(consent=consent, person=consent.person, pdf=data, pdf_sha256=sha256(data))
    row.save(force_insert=True)
    log.record(Verb.CONSENT_TALK_SAVED, by=by, subject=consent.person_id, obj=row)
    return row


def sheet(document: ConsentDocument, signed: Signature, *, sha256: str) -> bytes:
    """The sheet as a file, with the canonical document in it."""
    paper = receipt.written(document, sha256=sha256, close=False)
    _sign(paper, document, signed)
    return paper.render(attachment=receipt.attached(document))


def receipt_pdf(consent: Consent) -> bytes:
    """The receipt for the person to take along, with the signature where there is one.

    Raises ``SealBroken`` where the document or the signature cannot be opened as it was stored.
    """
    document = opened(consent)
    paper = receipt.written(document, sha256=consent.document_sha256)
    if consent.signature is not None:
        _sign(paper, document, Signature(document.content["signature"]["method"], bytes(consent.signature.open())))
    return paper.render(attachment=receipt.attached(document))


def _sign(paper: PdfDocument, document: ConsentDocument, signed: Signature) -> None:
    """Draw the signature at the end of the paper. A typed name stands in the document itself."""
    words = document.content["signature"]["words"]
    if signed.method == "DRAWN":
        path = signature.path_in(signed.data)
        left, top, across, down = map(float, signature.view_box(path).split())
        paper.heading(2, words)
        paper.drawing(signature.strokes(path), frame=(left, top, across, down), alternative=words)
    elif signed.method == "PAPER":
        for page in scans.pages_in(signed.data):
            paper.new_page()
            paper.picture(page, alternative=words, width=WIDTH)
