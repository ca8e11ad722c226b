"""The gate of a person: whether any interview with them may be read or written now.

A row for everybody, made with the person by a trigger, interview or none: shutting it is the same work for somebody who
has consented and somebody who was never asked. The trigger has no key: it makes the row shut, and without a code a row
is shut or not believed. The consent opens and shuts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from brik.people.models import Person
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet, changed_past_us
from brik.vault.codes.row_codes import CODE


class PersonGate(CodedModel):
    """Shut by a withdrawal of everything, in its request; closing the interviews themselves follows in a job."""

    RECORD_NAME = "person_gate"

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="gate")
    # Since when the interviews are shut; None while their own gates decide.
    shut_at = models.DateTimeField(null=True)
    # Since when nobody else may be asked about the person; None while the interview's list of sources decides.
    asking_shut_at = models.DateTimeField(null=True)
    # Since when nothing is covered, read or written, until a job has worked out what a change of the stay ends.
    paused_at = models.DateTimeField(null=True)

    objects = CodedQuerySet.as_manager()

    @property
    def is_shut(self) -> bool:
        """Whether no interview with the person may be read or written now."""
        return self.shut_at is not None or self.paused_at is not None

    @classmethod
    def needs_no_code(cls, values: Mapping[str, Any]) -> bool:
        """One that is shut, as the trigger makes it. By taking its code away nobody opens anything."""
        return not values.get(CODE) and None not in (values.get("shut_at"), values.get("asking_shut_at"))

    def demand_code(self) -> None:
        """As of every coded row, but for one that needs no code."""
        if not self.needs_no_code(self._stored or {}):
            super().demand_code()


def lock(person_id: UUID) -> PersonGate:
    """The gate as it is now, locked until the transaction ends. Who shuts it waits for a save, and a save for it.

    It comes after the person's lock and row, and before every row of an interview: :mod:`brik.jobs.person_lock` has the
    order. Under it two that lock several interviews of one person meet nobody.
    """
    return PersonGate.objects.select_for_update(no_key=True).get(pk=person_id)


def lock_several(people: Iterable[UUID] | models.QuerySet[Any, Any]) -> None:
    """Lock the gates of these people, in the order of their ids."""
    list(PersonGate.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def shut(person_id: UUID) -> None:
    """Let no interview with the person be read or written. The same work for everybody."""
    now = timezone.now()
    _shut(person_id, shut_at=now, asking_shut_at=now)


def shut_asking(person_id: UUID) -> None:
    """Let nobody else be asked about the person. The same work for everybody."""
    _shut(person_id, asking_shut_at=timezone.now())


def pause(person_id: UUID) -> None:
    """Let nothing be covered, read or written for now. The same work for everybody."""
    _shut(person_id, paused_at=timezone.now())


def resume(person_id: UUID) -> None:
    """The job has ended what was to be ended. A gate that was changed past us stays as it is: nobody believes it."""
    gate = lock(person_id)
    if not changed_past_us([gate]):
        gate.paused_at = None
        gate.save()


def reopen(person_id: UUID) -> None:
    """Let the interviews' own gates and lists of sources decide again.

    Raises ``CodeBroken`` where the gate was changed past us.
    """
    gate = lock(person_id)
    gate.shut_at = gate.asking_shut_at = None
    gate.save()


def _shut(person_id: UUID, **moments: datetime) -> None:
    """Nothing holds this up: a gate that was changed past us is shut as it stands, and not coded anew."""
    gate = lock(person_id)
    if changed_past_us([gate]):
        plain: models.QuerySet[Any] = models.QuerySet(PersonGate)
        plain.filter(pk=person_id).update(**moments)
        return
    for name, moment in moments.items():
        setattr(gate, name, moment)
    # The other moments are not written: an empty one would be another statement than one that is there.
    gate.save(update_fields=[*moments])
