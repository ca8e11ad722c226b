"""The data keys: one for each keeping, so that what has an end of its own can be destroyed on its own."""

from typing import Final

from django.db import models
from django.utils import timezone

from brik.vault.codes.coded_models import CodedModel, CodedQuerySet

# What a key seals. The code is stored with each key.
# Who somebody is: name, numbers, protection, the messages about them.
PERSON: Final = "person"
# One interview with its areas, and the history of both.
INTERVIEW: Final = "interview"
# One talk until it is finished: the answers so far.
TALK: Final = "talk"
# One consent with its signature and its sheet, and the receipt of one withdrawal: the proof outlives the interview.
CONSENT: Final = "consent"
WITHDRAWAL: Final = "withdrawal"
# One disclosure: the bytes shared, what the recipient's system answered, and the answer about prints and notes.
DISCLOSURE: Final = "disclosure"
ORGANISATION: Final = "organisation"
# One task: what somebody was promised. It ends some time after it is done.
TASK: Final = "task"
# The key of one row, which opens only with a person's key and an organisation's together.
SHARED_ROW: Final = "shared_row"
KEEPINGS: Final = (PERSON, INTERVIEW, TALK, CONSENT, WITHDRAWAL, DISCLOSURE, ORGANISATION, SHARED_ROW, TASK)


class Key(CodedModel):
    """One data key, wrapped. Destroying it makes everything that it sealed unreadable.

    A wrapped key opens only as the key of its keeping and subject. The code proves the rest: that a key was destroyed.
    """

    RECORD_NAME = "key"
    UNCODED = {"id": "nothing finds a key by it, and a keeping and subject have one key"}

    keeping = models.CharField(max_length=16, default=PERSON)
    # What it is the key of: the person, the interview, the consent …
    subject = models.UUIDField()
    # Whom it is about, so that every key of a person is found; None for an organisation's.
    person = models.UUIDField(null=True, db_index=True)
    wrapped = models.BinaryField()
    # The key that this one replaces, wrapped too, while values are sealed under both (``rotation``); else empty.
    before = models.BinaryField(default=b"")
    # The wrapping key.
    key_id = models.CharField(max_length=32)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    destroyed_at = models.DateTimeField(null=True)

    objects = CodedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["keeping", "subject"], name="key_unique"),
            models.CheckConstraint(condition=models.Q(keeping__in=KEEPINGS), name="key_keeping_is_known"),
            models.CheckConstraint(
                condition=models.Q(keeping=PERSON, person=models.F("subject"), person__isnull=False)
                | models.Q(keeping=ORGANISATION, person=None)
                | (~models.Q(keeping__in=(PERSON, ORGANISATION)) & models.Q(person__isnull=False)),
                name="key_is_about_its_person",
            ),
            # Destroyed is destroyed with what it replaced.
            models.CheckConstraint(
                condition=models.Q(destroyed_at=None) | models.Q(before=b""), name="key_is_destroyed_whole"
            ),
        ]
