"""Erasures: what one person proposes to destroy about somebody, and what another decides. Both are written once."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.audit.reasons import Reason
from brik.people.models import Person
from brik.people.persons import PersonQuerySet
from brik.staff.access import Scope, require, scope_of
from brik.staff.accounts import Staff
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet
from brik.vault.models import KEEPINGS, ORGANISATION, PERSON
from followup.desk.permissions import DeskPermission

# Why something is destroyed before its time (GDPR article 17 no. 1).
ERASURE_REASONS = (Reason.ASKED_FOR, Reason.NOT_NEEDED, Reason.UNLAWFUL, Reason.ORDERED)


class ErasureExtent(models.TextChoices):
    """How much goes."""

    SAID = "SAGT", _("Det personen har sagt, og det som er delt")
    EVERYTHING = "ALT", _("Alt, også hvem det er")

    @property
    def keepings(self) -> frozenset[str]:
        """The keepings whose keys are destroyed. A new keeping is about what somebody has said until it says other."""
        of_people = frozenset(KEEPINGS) - {ORGANISATION}
        return of_people if self is ErasureExtent.EVERYTHING else of_people - {PERSON}


class ErasureQuerySet(CodedQuerySet):
    def visible_to(self, user: Staff) -> ErasureQuerySet:
        """All, for those who may decide them."""
        return self if scope_of(user, DeskPermission.ERASE) is Scope.ALL else self.none()

    def waiting(self) -> ErasureQuerySet:
        """Those that nobody has decided."""
        return self.filter(decision=None)

    def confirmed(self) -> ErasureQuerySet:
        """Those that are carried out."""
        return self.filter(decision__confirmed=True)


class Erasure(CodedModel):
    """A proposal to destroy what is kept about one person before its time."""

    RECORD_NAME = "erasure"

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    extent = models.CharField(max_length=8, choices=ErasureExtent.choices)
    why = models.CharField(max_length=16, choices=[(reason.value, reason.value) for reason in ERASURE_REASONS])
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(extent__in=ErasureExtent.values), name="erasure_extent_is_known"),
            models.CheckConstraint(
                condition=Q(why__in=[reason.value for reason in ERASURE_REASONS]), name="erasure_reason_is_known"
            ),
        ]

    @property
    def decided(self) -> ErasureDecision | None:
        """What was decided; None while it waits."""
        return getattr(self, "decision", None)

    @property
    def keepings(self) -> frozenset[str]:
        """The keepings whose keys it destroys."""
        return ErasureExtent(self.extent).keepings


class ErasureDecision(CodedModel):
    """A second person has confirmed an erasure, and the keys are destroyed; or it was turned down."""

    RECORD_NAME = "erasure_decision"

    erasure = models.OneToOneField(Erasure, primary_key=True, on_delete=models.PROTECT, related_name="decision")
    confirmed = models.BooleanField()
    # As in the erasure, so that the database refuses one person's confirmation.
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CodedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed=False) | ~Q(proposed_by=F("decided_by")), name="erasure_takes_two"
            ),
        ]


def people(user: Staff) -> PersonQuerySet:
    """Everybody, for a user who may propose to erase something."""
    require(user, DeskPermission.ERASE)
    return Person.objects.with_stay()
