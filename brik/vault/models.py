"""The data keys: one for each thing that is kept under a key of its own."""

from typing import Final

from django.db import models
from django.utils import timezone

from brik.vault.codes.coded_models import CodedModel, CodedQuerySet

# What a key seals. The code is stored with each key.
PERSON: Final = "person"
ORGANISATION: Final = "organisation"
# The key of one row, which opens only with a person's key and an organisation's together.
SHARED_ROW: Final = "shared_row"
KEEPINGS: Final = (PERSON, ORGANISATION, SHARED_ROW)


class Key(CodedModel):
    """One data key, wrapped. Destroying it makes everything that it sealed unreadable.

    A wrapped key opens only as the key of its keeping and subject. The code proves the rest: that a key was destroyed.
    """

    RECORD_NAME = "key"
    UNCODED = {"id": "nothing finds a key by it, and a keeping and subject have one key"}

    keeping = models.CharField(max_length=16, default=PERSON)
    # The person, the organisation or the row.
    subject = models.UUIDField()
    wrapped = models.BinaryField()
    # The wrapping key.
    key_id = models.CharField(max_length=32)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    destroyed_at = models.DateTimeField(null=True)

    objects = CodedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["keeping", "subject"], name="key_unique"),
            models.CheckConstraint(condition=models.Q(keeping__in=KEEPINGS), name="key_keeping_is_known"),
        ]
