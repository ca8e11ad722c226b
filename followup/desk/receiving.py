"""Receives arrivals above every room they affect.

What a message ends, ends in the same transaction. What an answer of the staff ends, ends in a job: whoever gives it
learns nothing from the time it takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from brik.arrivals import actions as arrivals
from brik.arrivals.models import Message
from brik.arrivals.timeline.outcomes import MessageOutcome
from brik.arrivals.timeline.stay_effects import StayEffect
from brik.audit.actors import Actor
from brik.mapping.record import person_gate
from brik.staff.models import Staff, Unit
from followup.desk import following, stay_changes
from followup.desk.models import StayChange


@transaction.atomic
def receive(raw: bytes, *, message_id: str | None = None, by: Actor) -> MessageOutcome:
    """Receive one message and end the consents and interviews that it ends.

    A message that cannot be read or used is an outcome, not an exception.
    """
    outcome = arrivals.receive_message(raw, message_id=message_id, by=by)
    for effect in stay_changes.in_order(outcome.effects):
        stay_changes.end(effect, by=by)
    return outcome


@transaction.atomic
def take_effect(message: UUID, *, by: Actor) -> None:
    """End what a message told ahead ends, now that its moment has come. Doing it twice changes nothing."""
    outcome = arrivals.take_effect(message, by=by)
    for effect in stay_changes.in_order(outcome.effects if outcome else []):
        stay_changes.end(effect, by=by)


@transaction.atomic
def answer(parked: Message, *, same: bool, by: Staff) -> MessageOutcome:
    """Carry out a leader's answer about a message that waits. Raises as ``arrivals.actions.resolve``.

    ``same``: two people are one person; with several messages of one id, this is the one to use. What follows is stored
    for a job to end. Until it has, nothing about these people is covered, read or written.
    """
    outcome = arrivals.resolve(parked, same=same, by=by)
    _follow(outcome.effects)
    return outcome


@transaction.atomic
def settle_unit(unit: Unit, *, same: bool, by: Staff) -> None:
    """Carry out the answer whether a unit is another one. Raises as ``arrivals.actions.settle_unit``."""
    _follow(arrivals.settle_unit(unit, same=same, by=by))


def _follow(effects: Iterable[StayEffect]) -> None:
    for effect in stay_changes.in_order(effects):
        StayChange.objects.create(person=effect.person, kind=effect.kind, arrived_at=effect.arrived_at)
        person_gate.pause(effect.person.pk)
        following.queue_job(effect.person.pk)
