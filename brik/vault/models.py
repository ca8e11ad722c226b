"""The data keys: each person has one for each keeping."""

from typing import Final

from django.db import models
from django.utils import timezone

# What a key seals. The code is stored with each key.
PERSON: Final = "person"
KEEPINGS: Final = (PERSON,)


class Key(models.Model):
    """A wrapped data key of a person. Destroying it makes everything it sealed unreadable."""

    keeping = models.CharField(max_length=16, default=PERSON)
    # The person.
    subject = models.UUIDField()
    wrapped = models.BinaryField()
    # The wrapping key.
    key_id = models.CharField(max_length=32)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["keeping", "subject"], name="key_unique"),
            models.CheckConstraint(condition=models.Q(keeping__in=KEEPINGS), name="key_keeping_is_known"),
        ]
