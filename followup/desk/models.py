"""What the desk keeps of its own: the figures of each week."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from brik.staff.models import Unit


class WeeklyCount(models.Model):
    """What leaders of a unit are told for a week, in steps and with the few left out. Written once, about nobody."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    monday = models.DateField()
    figures = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "monday"], name="weekly_count_unique"),
            models.CheckConstraint(condition=Q(monday__iso_week_day=1), name="weekly_count_is_of_a_monday"),
        ]
