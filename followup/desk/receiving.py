"""Receives arrivals above every room they affect.

What a message ends, ends in the same transaction. What an answer of the staff ends, ends in a job: whoever gives it
learns nothing from the time it takes. What turns out not to be so, by either, stands again in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db import transaction

from brik.arrivals import actions as arrivals
from brik.arrivals.models import Message
from brik.arrivals.timeline.outcomes import MessageOutcome
from brik.arrivals.timeline.stay_effects import StayEffect
from brik.arrivals.xml.messages import SERVICE
from brik.audit.actors import Actor
from brik.mapping.record import person_gate
from brik.people.models import Person
from brik.staff.models import Staff, Unit
from followup.desk import following, stay_changes


@transaction.atomic
def receive(raw: bytes, *, message_id: str | None = None, sender: str = SERVICE, by: Actor) -> MessageOutcome:
    """Receive one message and end the consents and interviews that it ends.

    A message that cannot be read or used is an outcome, not an exception. ``sender`` alone may delete it later.
    """
    outcome = arrivals.receive_message(raw, message_id=message_id, sender=sender, by=by)
    _carry_out(outcome, by=by)
    return outcome


@transaction.atomic
def take_effect(message: UUID, *, by: Actor) -> None:
    """End what a message told ahead ends, now that its moment has come. Doing it twice changes nothing."""
    outcome = arrivals.take_effect(message, by=by)
    if outcome is not None:
        _carry_out(outcome, by=by)


def _carry_out(outcome: MessageOutcome, *, by: Actor) -> None:
    """End what the message ends, and let stand again what had ended by something that is not so any longer."""
    for effect in stay_changes.in_order(outcome.effects):
        stay_changes.end(effect, by=by)
    people = {person.pk: person for person in outcome.people}
    for person_id, changes in groupby(stay_changes.undone(outcome.people), key=attrgetter("person_id")):
        stay_changes.restore(people[person_id], list(changes), by=by)


@transaction.atomic
def answer(parked: Message, *, same: bool, by: Staff) -> MessageOutcome:
    """Carry out a leader's answer about a message that waits. Raises as ``arrivals.actions.resolve``.

    ``same``: two people are one person; with several messages of one id, this is the one to use. What follows is stored
    for a job to carry out. Until it has, nothing about these people is covered, read or written.
    """
    outcome = arrivals.resolve(parked, same=same, by=by)
    _follow(outcome.effects, people=outcome.people)
    return outcome


@transaction.atomic
def settle_unit(unit: Unit, *, same: bool, by: Staff) -> None:
    """Carry out the answer whether a unit is another one. Raises as ``arrivals.actions.settle_unit``."""
    effects = arrivals.settle_unit(unit, same=same, by=by)
    _follow(effects, people=[effect.person for effect in effects])


def _follow(effects: Iterable[StayEffect], *, people: Iterable[Person]) -> None:
    """Store what follows for jobs to carry out."""
    changes = [stay_changes.note(effect) for effect in stay_changes.in_order(effects)]
    changes += stay_changes.undone(people)
    for person_id in sorted({change.person_id for change in changes}):
        person_gate.pause(person_id)
        following.queue_job(person_id)
