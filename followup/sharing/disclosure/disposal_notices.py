"""The line to a recipient whose summary has ended, "shred what you have printed or noted", and its answer.

It names nobody and tells no cause: it is the same after a correction, an expiry and a withdrawal. The recipient finds
the sheet by the reference and the day that are printed on it.
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.people.models import Person
from brik.staff.access import Scope, scope_of
from brik.staff.models import Staff
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet
from brik.vault.codes.coded_sealed_rows import CodedSealedModel, CodedSealedQuerySet
from brik.vault.fields import SealedField
from brik.vault.models import DISCLOSURE
from followup.sharing.disclosure.disclosures import Disclosure
from followup.sharing.permissions import SharingPermission


def last_day() -> date:
    """The last day to answer a line written today."""
    return timezone.localdate() + timedelta(days=settings.DISPOSAL_ANSWER_DAYS)


class DisposalNoticeQuerySet(CodedQuerySet):
    def visible_to(self, user: Staff) -> DisposalNoticeQuerySet:
        """A partner sees those to its own organisation, a mapper those about people of the unit."""
        scope = scope_of(user, SharingPermission.INBOX)
        if scope is Scope.OWN_ORGANISATION:
            return self.filter(disclosure__organisation=user.organisation_id)
        units = scope_of(user, SharingPermission.SEE_DELIVERIES)
        if isinstance(units, frozenset):
            return self.filter(disclosure__person__current_stay__unit__in=units)
        return self.none()

    def unanswered(self) -> DisposalNoticeQuerySet:
        return self.filter(answer=None)

    def late(self, on: date) -> DisposalNoticeQuerySet:
        """Those that nobody has answered before ``on``."""
        return self.unanswered().filter(answer_by__lt=on)


class DisposalNotice(CodedModel):
    """One line to one recipient about one summary that has ended. Written once."""

    RECORD_NAME = "disposal_notice"

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    disclosure = models.OneToOneField(Disclosure, on_delete=models.PROTECT, related_name="disposal")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    answer_by = models.DateField(default=last_day, editable=False)

    objects = DisposalNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["answer_by", "asked_at", "pk"]

    @property
    def organisation_id(self) -> int:
        """The organisation whose people may answer it."""
        return self.disclosure.organisation_id

    @property
    def answered(self) -> DisposalAnswer | None:
        return getattr(self, "answer", None)

    @property
    def is_late(self) -> bool:
        return self.answered is None and timezone.localdate() > self.answer_by

    @property
    def is_due(self) -> bool:
        """Whether the recipient is reminded: it has had the first span, and has not answered."""
        reminded_on = timezone.localdate(self.asked_at) + timedelta(days=settings.DISPOSAL_REMINDER_DAYS)
        return self.answered is None and timezone.localdate() >= reminded_on


class DisposalAnswerKind(models.TextChoices):
    """What the recipient has done."""

    SHREDDED = "MAKULERT", _("Makulert, eller ikke noe å makulere")
    KEPT = "BEHOLDT", _("Må ta vare på noe")


class DisposalAnswer(CodedSealedModel):
    """The recipient's answer. Written once; the law is in the recipient's own words, and therefore sealed."""

    RECORD_NAME = "disposal_answer"
    KEEPING = DISCLOSURE
    KEEPING_ID = "disclosure_id"

    notice = models.OneToOneField(DisposalNotice, on_delete=models.PROTECT, related_name="answer")
    # The notice's own. With its key the answer is sealed: both end together.
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=DisposalAnswerKind.choices)
    # {"law": text}: the legal basis for what is kept.
    content = SealedField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CodedSealedQuerySet.as_manager()

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DisposalAnswerKind.values), name="disposal_answer_is_known"),
        ]

    @property
    def law(self) -> str:
        """The legal basis for what is kept, else nothing. Raises ``SealBroken`` for a changed row."""
        return str(self.content.open()["law"])
