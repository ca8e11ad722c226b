"""The desk's own tables: the figures of each week, and changes of stays that a job has yet to carry out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from brik.arrivals.timeline.stay_effects import EffectKind
from brik.people.models import Person
from brik.staff.models import Unit


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


class StayChange(models.Model):
    """What an answer or a number of the staff did to somebody's stay. What it ends is ended in a job."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in EffectKind])
    arrived_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["person"], condition=Q(ended_at=None), name="stay_change_waiting")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[*EffectKind]), name="stay_change_kind_is_known"),
        ]
