"""Erasing who somebody is: the messages about them are emptied, and the numbers by which they are found go.

A keyed hash of a number would still tell, to whoever holds the look-up key, that the person was here. Nothing of an
erased message is related to another message any more: one that comes later about the same person is about somebody new.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from uuid import UUID, uuid4

from django.db.models import Q

from brik.arrivals.models import Message
from brik.arrivals.timeline import storage
from brik.arrivals.timeline.standings import Fate
from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.verbs import Verb
from brik.people.models import Person


def erase(people: Collection[UUID], *, by: Actor) -> None:
    """Empty the messages about these records, and take away their numbers and stays.

    The caller holds the intake lock and the lock of each person, and destroys their keys in the same transaction.
    """
    # Whose key seals that there is nothing: nobody's.
    nobody = uuid4()
    about = Q(person__in=people) | Q(first_person__in=people) | Q(subject__in=people)
    for row in Message.objects.filter(about).order_by("pk"):
        _empty(row, nobody)
        log.record(Verb.MESSAGE_ERASED, by=by, obj=row)
    for row in Message.objects.filter(namesake__in=people).order_by("pk"):
        row.namesake = None
        row.save()
    for person in Person.objects.filter(pk__in=people).order_by("pk"):
        storage.empty(person, by=by)


def _empty(row: Message, nobody: UUID) -> None:
    """Keep what the row is and when it was received."""
    row.numbers.all().delete()
    # Unique as before, and equal to no message that comes: neither by its id nor by what it says.
    row.message_id, row.digest = f"erased:{row.pk}", secrets.token_hex(32)
    row.event_id = row.deletes = row.unit_number = row.why = row.question = ""
    row.created_at = row.changed_at = row.happens_at = None
    row.person = row.first_person = row.namesake = None
    row.subject, row.content, row.fate = nobody, None, Fate.DELETED
    row.save()
