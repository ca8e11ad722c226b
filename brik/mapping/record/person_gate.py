"""The gate of a person: whether any interview with them may be read or written now.

A row for everybody, made with the person by a trigger, interview or none: shutting it is the same work for somebody who
has consented and somebody who was never asked. The consent shuts and opens it.
"""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.utils import timezone

from brik.people.models import Person


class PersonGate(models.Model):
    """Shut by a withdrawal of everything, in its request; closing the interviews themselves follows in a job."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="gate")
    # Since when the interviews are shut; None while their own gates decide.
    shut_at = models.DateTimeField(null=True)
    # Since when nobody else may be asked about the person; None while the interview's list of sources decides.
    asking_shut_at = models.DateTimeField(null=True)
    # Since when nothing is covered, read or written, until a job has worked out what a change of the stay ends.
    paused_at = models.DateTimeField(null=True)

    @property
    def is_shut(self) -> bool:
        """Whether no interview with the person may be read or written now."""
        return self.shut_at is not None or self.paused_at is not None


def lock(person_id: UUID) -> PersonGate:
    """The gate as it is now, locked until the transaction ends. Who shuts it waits for a save, and a save for it."""
    return PersonGate.objects.select_for_update(no_key=True).get(pk=person_id)


def shut(person_id: UUID) -> None:
    """Let no interview with the person be read or written. One statement, the same for everybody."""
    PersonGate.objects.filter(pk=person_id).update(shut_at=timezone.now(), asking_shut_at=timezone.now())


def shut_asking(person_id: UUID) -> None:
    """Let nobody else be asked about the person. One statement, the same for everybody."""
    PersonGate.objects.filter(pk=person_id).update(asking_shut_at=timezone.now())


def pause(person_id: UUID) -> None:
    """Let nothing be covered, read or written for now. One statement, the same for everybody."""
    PersonGate.objects.filter(pk=person_id).update(paused_at=timezone.now())


def resume(person_id: UUID) -> None:
    """The job has ended what was to be ended."""
    PersonGate.objects.filter(pk=person_id).update(paused_at=None)


def reopen(person_id: UUID) -> None:
    """Let the interviews' own gates and lists of sources decide again."""
    PersonGate.objects.filter(pk=person_id).update(shut_at=None, asking_shut_at=None)
