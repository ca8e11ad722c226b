"""A withdrawal as it is stored: what was said and how, that a mapper has heard the person, and the receipt."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.people.models import Person
from brik.staff.access import scope_of
from brik.staff.models import Staff
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet
from brik.vault.codes.coded_sealed_rows import CodedSealedModel, CodedSealedQuerySet
from brik.vault.fields import SealedBytesField
from brik.vault.models import WITHDRAWAL
from consent.permissions import ConsentPermission


class WithdrawalSaid(models.TextChoices):
    """How the person said it, as the noter tells."""

    HERE = "HER", _("Personen er her nå og sier det")
    SIGNED = "SIGNERT", _("Personen har skrevet under på en lapp")
    TOLD = "SAGT", _("Det ble sagt til meg tidligere, eller noen andre har sagt det")


def _receipt_readers(user: Staff, noter: str) -> Q:
    """The receipts, or withdrawals, about people of the units where the user may read them; ``noter``: a column."""
    visible = Q(pk__in=())
    receipts = scope_of(user, ConsentPermission.READ_RECEIPTS)
    reading = scope_of(user, ConsentPermission.SEE_REFUSALS)
    if isinstance(receipts, frozenset):
        visible |= Q(person__current_stay__unit__in=receipts)
    if isinstance(reading, frozenset):
        visible |= Q(person__current_stay__unit__in=reading, **{noter: user})
    return visible


class WithdrawalQuerySet(CodedQuerySet):
    def visible_to(self, user: Staff) -> WithdrawalQuerySet:
        """Those whose receipt the user may read, written or not: the same rule as for receipts."""
        return self.filter(_receipt_readers(user, "noted_by"))

    def noted_by(self, user: Staff) -> WithdrawalQuerySet:
        """Those the user noted, or may read the receipt of."""
        return self.filter(Q(noted_by=user) | _receipt_readers(user, "noted_by"))

    def unheard(self, at: datetime | None = None) -> WithdrawalQuerySet:
        """Those that are only told of, not yet confirmed, and not yet old enough to count without that."""
        since = (at or timezone.now()) - timedelta(hours=settings.WITHDRAWAL_HEARD_HOURS)
        return self.filter(said=WithdrawalSaid.TOLD, hearing=None, recorded_at__gt=since)

    def unfinished(self, at: datetime | None = None) -> WithdrawalQuerySet:
        """Those without a receipt that need not be heard first, the oldest first: what they end is ended in a job."""
        unheard = Withdrawal.objects.unheard(at).order_by()
        return self.filter(receipt=None).exclude(pk__in=unheard.values("pk")).order_by("recorded_at", "pk")


class Withdrawal(CodedModel):
    """A withdrawal of everything or of parts. Written also when there was nothing to withdraw."""

    RECORD_NAME = "withdrawal"

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="withdrawals")
    whole = models.BooleanField()
    said_at = models.DateTimeField()
    said = models.CharField(max_length=8, choices=WithdrawalSaid.choices)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        ordering = ["-said_at", "-recorded_at", "pk"]
        indexes = [models.Index(fields=["noted_by", "recorded_at"], name="withdrawal_by_noter")]
        constraints = [
            models.CheckConstraint(condition=Q(said__in=WithdrawalSaid.values), name="withdrawal_said_is_known"),
        ]

    @property
    def heard_at_latest(self) -> datetime:
        """When what it ends is retracted at the latest, though nobody has heard the person."""
        return self.recorded_at + timedelta(hours=settings.WITHDRAWAL_HEARD_HOURS)

    @property
    def counts_unheard(self) -> bool:
        """Whether that time has come: it counts as the person's own, though nobody has confirmed it."""
        return self.heard_at_latest <= timezone.now()


class WithdrawalHearing(CodedModel):
    """A mapper has spoken with the person: the withdrawal that somebody else told of is the person's own."""

    RECORD_NAME = "withdrawal_hearing"

    withdrawal = models.OneToOneField(Withdrawal, primary_key=True, on_delete=models.PROTECT, related_name="hearing")
    heard_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CodedQuerySet.as_manager()


class ReceiptQuerySet(CodedSealedQuerySet):  # type: ignore[override]  # as its base
    def visible_to(self, user: Staff) -> ReceiptQuerySet:
        """Receipts say what was shared. Approved mappers of the unit see them, and those who noted the withdrawal and
        may see refusals.

        Others could note a small withdrawal to find out who had said yes.
        """
        return self.filter(_receipt_readers(user, "withdrawal__noted_by"))


class WithdrawalReceipt(CodedSealedModel):
    """The stored receipt of a withdrawal: it says what had been shared."""

    RECORD_NAME = "withdrawal_receipt"
    KEEPING = WITHDRAWAL
    KEEPING_ID = "withdrawal_id"

    withdrawal = models.OneToOneField(Withdrawal, on_delete=models.PROTECT, related_name="receipt")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    document = SealedBytesField()
    document_sha256 = models.CharField(max_length=64)

    objects = ReceiptQuerySet.as_manager()
