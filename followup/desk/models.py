"""The desk's own table: the figures of each week."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

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
