"""The signed sheet: what the person signed, with the signature in it, as an archived document.

It is PDF/A-3a, carries the canonical document it was made from, and is made once, when the consent is signed. What was
signed can so be shown, though texts, typefaces and this program change.
"""

from __future__ import annotations

from datetime import datetime

import pypdfium2
from django.db import models
from django.db.models import Q
from django.utils import timezone

from brik.people.models import Person
from brik.staff.access import Scope, scope_of
from brik.staff.models import Staff
from brik.vault.canonical import sha256
from brik.vault.codes.coded_sealed_rows import CodedSealedModel, CodedSealedQuerySet
from brik.vault.fields import SealedBytesField
from brik.vault.models import CONSENT
from brik.vault.sealing import SealBroken
from consent.permissions import ConsentPermission
from consent.record.decisions import Consent


class SignedSheetQuerySet(CodedSealedQuerySet):  # type: ignore[override]  # as its base
    def visible_to(self, user: Staff, *, at: datetime | None = None) -> SignedSheetQuerySet:
        """The sheets of consents that stand, in units where the user may read them; every sheet for who answers
        requests for access."""
        scope = scope_of(user, ConsentPermission.READ_SHEETS)
        if scope is Scope.ALL:
            return self.all()
        if not isinstance(scope, frozenset):
            return self.none()
        ended = Consent.objects.with_end(at or timezone.now()).filter(ended_as__isnull=False).order_by()
        return self.filter(~Q(consent__in=ended.values("pk")), person__current_stay__unit__in=scope)


class SignedSheet(CodedSealedModel):
    """The archived sheet of one signed consent."""

    RECORD_NAME = "signed_sheet"
    KEEPING = CONSENT
    KEEPING_ID = "consent_id"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="sheet")
    pdf = SealedBytesField()
    pdf_sha256 = models.CharField(max_length=64)

    objects = SignedSheetQuerySet.as_manager()


def opened_sheet(row: SignedSheet) -> bytes:
    """The archived file. Raises ``SealBroken`` where it does not have its hash."""
    data = bytes(row.pdf.open())
    if sha256(data) != row.pdf_sha256:
        raise SealBroken("the sheet does not have its hash")
    return data


def document_in(sheet: bytes) -> bytes:
    """The canonical document that an archived file carries; empty where it carries none, or is no such file."""
    try:
        with pypdfium2.PdfDocument(sheet) as file:
            carried = [file.get_attachment(number) for number in range(file.count_attachments())]
            return b"".join(bytes(attachment.get_data()) for attachment in carried)
    except pypdfium2.PdfiumError:
        return b""
