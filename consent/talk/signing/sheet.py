"""The receipt with the signature, and the signed sheet: the same paper archived as it was signed."""

from __future__ import annotations

from collections.abc import Callable

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

# The largest a drawn signature is on paper, in points.
SIGNATURE_WIDTH, SIGNATURE_HEIGHT = 110, 18


def archive(consent: Consent, document: ConsentDocument, signed: Signature, *, by: Staff) -> SignedSheet:
    """Store the sheet of a consent that was just signed, in the transaction that makes the consent."""
    data = sheet(document, signed, sha256=consent.document_sha256)
    row = SignedSheet(consent=consent, person=consent.person, pdf=data, pdf_sha256=sha256(data))
    row.save(force_insert=True)
    log.record(Verb.CONSENT_TALK_SAVED, by=by, subject=consent.person_id, obj=row)
    return row


def sheet(document: ConsentDocument, signed: Signature, *, sha256: str) -> bytes:
    """The sheet as a file, with the canonical document in it."""
    paper = receipt.written(document, sha256=sha256, close=False, sign=_drawn(document, signed))
    _add_scan(paper, document, signed)
    return paper.render(attachment=receipt.attached(document))


def receipt_pdf(consent: Consent) -> bytes:
    """The receipt for the person to take along, with the signature where there is one.

    Raises ``SealBroken`` where the document or the signature cannot be opened as it was stored.
    """
    document = opened(consent)
    signed = None
    if consent.signature is not None:
        signed = Signature(document.content["signature"]["method"], bytes(consent.signature.open()))
    paper = receipt.written(document, sha256=consent.document_sha256, sign=_drawn(document, signed))
    _add_scan(paper, document, signed)
    return paper.render(attachment=receipt.attached(document))


def _drawn(document: ConsentDocument, signed: Signature | None) -> Callable[[PdfDocument], None] | None:
    """Draws the signature under its heading; None where nothing was drawn. A typed name stands in the document."""
    if signed is None or signed.method != "DRAWN":
        return None
    words, path = document.content["signature"]["words"], signature.path_in(signed.data)
    left, top, across, down = map(float, signature.view_box(path).split())
    frame, strokes = (left, top, across, down), signature.strokes(path)
    # It shares a page with what was chosen and the slip.
    width = min(SIGNATURE_WIDTH, SIGNATURE_HEIGHT * across / down)
    return lambda paper: paper.drawing(strokes, frame=frame, alternative=words, width=width)


def _add_scan(paper: PdfDocument, document: ConsentDocument, signed: Signature | None) -> None:
    """The pages that were signed by hand, after all that was written."""
    if signed is not None and signed.method == "PAPER":
        for page in scans.pages_in(signed.data):
            paper.new_page()
            paper.picture(page, alternative=document.content["signature"]["words"], width=WIDTH)
