"""The audit log: who did what to which row, never an answer; and the last version of each row with events."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from brik.audit.verbs import Verb

ALARMS = (Verb.INTEGRITY_BROKEN.value, Verb.WITHDRAWALS_MANY.value)


class Event(models.Model):
    """Something that happened. It has no foreign keys, so deleting a row neither fails nor deletes its events.

    A trigger refuses UPDATE, DELETE and TRUNCATE; the application's database role may only insert and read. The table
    has monthly partitions (``partitions``), so its key in the database is (id, at); each id is still used only once.
    """

    RECORD_NAME = "event"
    # Of the code, which proves that the application has written the event (``settings.BRIK_ROW_CODE``).
    UNCODED = {"id": "append-only, and given by the database: it is the order of the events"}

    at = models.DateTimeField(default=timezone.now, editable=False)
    # One of ``Verb``: the database knows the codes by a constraint that ``migrate`` keeps (``known_verbs``).
    verb = models.CharField(max_length=40)
    actor = models.CharField(max_length=64)
    role = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=120, blank=True)
    subject = models.UUIDField(null=True)
    # The RECORD_NAME of the row's model.
    object_name = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    row_version = models.PositiveIntegerField(null=True)
    # Why: a code, of ``Reason`` or a room's own list.
    reason = models.CharField(max_length=40, blank=True)
    # Which one: codes, ids and addresses of pages; never an answer, a name or a number of a person.
    about = models.CharField(max_length=500, blank=True)
    # What a staff member gave as the reason, in their own words.
    stated = models.CharField(max_length=500, blank=True)
    # The keyed hash of a search term.
    term_hash = models.BinaryField(null=True)
    code = models.BinaryField(default=b"", editable=False)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["subject", "id"], name="event_by_subject"),
            models.Index(fields=["object_name", "object_id", "-row_version"], name="event_by_object"),
            models.Index(fields=["actor", "id"], name="event_by_actor"),
            # The alarms on the page of events: few rows, which every view of it asks for.
            models.Index(fields=["verb", "at"], condition=models.Q(verb__in=ALARMS), name="event_of_alarm"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason__regex=r"^([A-Za-z][A-Za-z0-9_.]*)?$"), name="event_reason_is_a_code"
            ),
        ]


class Head(models.Model):
    """The last version of a row with events. A trigger writes it; the application may only read it."""

    pk = models.CompositePrimaryKey("object_name", "object_id")
    object_name = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    row_version = models.PositiveIntegerField()
    # Hash of the first event with this version: object name and id, version, time and verb.
    sha256 = models.CharField(max_length=64)
