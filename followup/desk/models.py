"""The desk's own tables: each week's figures, changes of stays that wait for a job, legal holds, and erasures."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone

from brik.arrivals.timeline.stay_effects import EffectKind
from brik.people.models import Person
from brik.staff.models import Unit
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet
from followup.desk.retention.erasures import Erasure, ErasureDecision
from followup.desk.retention.legal_holds import LegalHold, LegalHoldAnswer, LegalHoldEnd, LegalHoldRequest
from followup.desk.retention.nights import RetentionNight, RetentionNightQuerySet

__all__ = [
    "Erasure",
    "ErasureDecision",
    "LegalHold",
    "LegalHoldAnswer",
    "LegalHoldEnd",
    "LegalHoldRequest",
    "RetentionNight",
    "RetentionNightQuerySet",
    "StayChange",
    "StayChangeQuerySet",
    "WeeklyCount",
]


class WeeklyCount(models.Model):
    """The figures leaders of a unit see for a week, already rounded. Written once."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    monday = models.DateField()
    figures = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "monday"], name="weekly_count_unique"),
            models.CheckConstraint(condition=Q(monday__iso_week_day=1), name="weekly_count_is_of_a_monday"),
        ]


class StayChangeQuerySet(CodedQuerySet):
    def unfinished(self) -> StayChangeQuerySet:
        """Those of which a job has yet to end, or to bring back, what depends on them."""
        return self.filter(Q(ended_at=None) | Q(undone_at__isnull=False, restored_at=None))


class StayChange(CodedModel):
    """What a message, or an answer of the staff about one, did to somebody's stay, and how the stay was before.

    What an answer ends is ended in a job. What the stays no longer say is undone: what had ended by it stands again.
    """

    RECORD_NAME = "stay_change"

    # What ended by it names it.
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in EffectKind])
    # Work from then on was done in this stay.
    since = models.DateTimeField()
    origin = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=10, blank=True)
    status_since = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True)
    # When the stays said it no longer, and when that had been carried out.
    undone_at = models.DateTimeField(null=True)
    restored_at = models.DateTimeField(null=True)

    objects = StayChangeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["person"], condition=Q(restored_at=None), name="stay_change_by_person")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[*EffectKind]), name="stay_change_kind_is_known"),
            models.CheckConstraint(
                condition=Q(restored_at=None) | Q(undone_at__isnull=False), name="stay_change_restored_was_undone"
            ),
        ]
