"""The data key of each person."""

from django.db import models


class SubjectKey(models.Model):
    """The data key of one person, wrapped. Destroying it makes everything sealed for that person unreadable."""

    subject = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()
    key_id = models.CharField(max_length=32)
    destroyed_at = models.DateTimeField(null=True)
