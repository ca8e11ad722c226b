"""The audit log: one append-only table. What was done, by whom, to what; never what was answered."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from brik.audit.verbs import Verb


class Event(models.Model):
    """Something that happened. Has no foreign keys, so it neither blocks nor goes with the data it tells of.

    A trigger refuses UPDATE, DELETE and TRUNCATE; the application's database role may only insert and read.
    """

    at = models.DateTimeField(default=timezone.now, editable=False)
    verb = models.CharField(max_length=40, choices=Verb.choices)
    actor = models.CharField(max_length=64)
    role = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=120, blank=True)
    subject = models.UUIDField(null=True)
    object_label = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    row_version = models.PositiveIntegerField(null=True)
    # A code from a fixed list or a staff member's stated reason; never an answer, a name or a number.
    reason = models.CharField(max_length=500, blank=True)
    # A search is remembered by a keyed hash of what was searched for.
    term_hash = models.BinaryField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["subject", "id"], name="event_by_subject"),
            models.Index(fields=["object_label", "object_id", "-row_version"], name="event_by_object"),
            models.Index(fields=["actor", "id"], name="event_by_actor"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(verb__in=Verb.values), name="event_verb_is_known"),
        ]
