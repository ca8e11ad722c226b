"""Short messages about one summary between a recipient's people and the unit's mappers: sealed, and never changed."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.utils import timezone

from brik.people.models import Person
from brik.staff.models import Staff
from brik.vault.codes.coded_sealed_rows import CodedSealedModel, CodedSealedQuerySet
from brik.vault.fields import SealedField
from brik.vault.models import DISCLOSURE
from followup.sharing.disclosure.disclosures import Disclosure

# The letters of one message.
LONGEST: Final = 500


class PartnerMessageQuerySet(CodedSealedQuerySet):  # type: ignore[override]  # as its base
    def visible_to(self, user: Staff) -> PartnerMessageQuerySet:
        """Messages about what the user may see disclosed. Whether they may still be read is asked of the summary."""
        return self.filter(disclosure__in=Disclosure.objects.visible_to(user))


class PartnerMessage(CodedSealedModel):
    """One message, or the telephone number that came with an answer. Written once."""

    RECORD_NAME = "partner_message"
    KEEPING = DISCLOSURE
    KEEPING_ID = "disclosure_id"

    # With the key of the summary it is sealed: both end together.
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="messages")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # Else it is the unit's reply.
    from_recipient = models.BooleanField()
    # {"name": whose it is, "telephone": number or nothing, "text": words or nothing}
    content = SealedField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PartnerMessageQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "pk"]
        indexes = [models.Index(fields=["disclosure", "sent_at"], name="partner_message_thread")]
