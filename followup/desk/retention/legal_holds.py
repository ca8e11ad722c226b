"""Legal holds: nothing about somebody is destroyed while a case needs it. Two people place one, and two end it.

On the page one of them asks and the other answers; the command takes both at once.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from brik.audit.reasons import Reason
from brik.people.identifiers.same_person import records_of
from brik.people.models import Person
from brik.people.persons import PersonQuerySet
from brik.staff.access import may, require
from brik.staff.models import Staff
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet
from followup.desk.permissions import DeskPermission

# Why somebody's data must stay.
HOLD_REASONS = (Reason.COURT_CASE, Reason.COMPLAINT, Reason.SUPERVISION, Reason.ACCESS_REQUEST)
# Why they need not stay any longer.
END_REASONS = (Reason.CASE_CLOSED, Reason.MISTAKE)


def people(user: Staff) -> PersonQuerySet:
    """Everybody, for a user who may place holds."""
    require(user, DeskPermission.HOLD)
    return Person.objects.with_stay()


class LegalHoldQuerySet(CodedQuerySet):
    def visible_to(self, user: Staff) -> Any:
        """All of them, for the desk that answers for insight."""
        return self if may(user, DeskPermission.HOLD) else self.none()

    def standing(self, on: date | None = None) -> Any:
        """Those that have begun and that nobody has ended."""
        return self.filter(end=None, since__lte=on or timezone.localdate())

    def people(self) -> set[UUID]:
        """Whom they are about, with every record that is the same person."""
        return records_of(self.order_by().values_list("person_id", flat=True))


class LegalHold(CodedModel):
    """From a day on nothing about one person is destroyed. Written once; it ends by a row."""

    RECORD_NAME = "legal_hold"

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=16, choices=[(reason.value, reason.value) for reason in HOLD_REASONS])
    since = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(why__in=[reason.value for reason in HOLD_REASONS]), name="legal_hold_reason_is_known"
            ),
            models.CheckConstraint(condition=~Q(asked_by=F("confirmed_by")), name="legal_hold_takes_two"),
        ]


class LegalHoldEnd(CodedModel):
    """The hold has ended: what is due is destroyed in the next night."""

    RECORD_NAME = "legal_hold_end"

    hold = models.OneToOneField(LegalHold, primary_key=True, on_delete=models.PROTECT, related_name="end")
    why = models.CharField(max_length=16, choices=[(reason.value, reason.value) for reason in END_REASONS])
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CodedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(why__in=[reason.value for reason in END_REASONS]), name="legal_hold_end_reason_is_known"
            ),
            models.CheckConstraint(condition=~Q(asked_by=F("confirmed_by")), name="legal_hold_end_takes_two"),
        ]


class LegalHoldRequestQuerySet(CodedQuerySet):
    def visible_to(self, user: Staff) -> Any:
        """All of them, for the desk that answers for insight."""
        return self if may(user, DeskPermission.HOLD) else self.none()

    def waiting(self) -> Any:
        """Those that nobody has answered; not those to end what has ended otherwise."""
        return self.filter(answer=None, hold__end=None)


class LegalHoldRequest(CodedModel):
    """Somebody asks that a hold is placed, or that one is ended; nothing is done before another confirms it."""

    RECORD_NAME = "legal_hold_request"

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # The hold to end; None where one is to be placed.
    hold = models.ForeignKey(LegalHold, null=True, on_delete=models.PROTECT, related_name="requests")
    why = models.CharField(
        max_length=16, choices=[(reason.value, reason.value) for reason in (*HOLD_REASONS, *END_REASONS)]
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LegalHoldRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hold=None, why__in=[reason.value for reason in HOLD_REASONS])
                | Q(hold__isnull=False, why__in=[reason.value for reason in END_REASONS]),
                name="legal_hold_request_reason_is_known",
            ),
        ]


class LegalHoldAnswer(CodedModel):
    """What was answered to a request. Whoever asked may take it back, and never confirm it."""

    RECORD_NAME = "legal_hold_answer"

    request = models.OneToOneField(LegalHoldRequest, primary_key=True, on_delete=models.PROTECT, related_name="answer")
    confirmed = models.BooleanField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CodedQuerySet.as_manager()
