"""Arrivals are received here, above every room they touch: what a message ends, ends in the same transaction."""

from __future__ import annotations

from django.db import transaction

from brik.arrivals import actions as arrivals
from brik.arrivals.models import Message
from brik.arrivals.timeline.outcomes import MessageOutcome
from brik.arrivals.timeline.stay_effects import EffectKind
from brik.audit.actors import Actor
from brik.mapping.record import closed_work, lifecycle
from brik.people.identifiers.numbers import Number
from brik.people.models import Person
from brik.staff.models import Staff
from consent.record.endings import EndCause, end_because
from followup.sharing.delivery.reconciliation import reconcile

# What ends a consent, in the words of the room that keeps them.
CAUSES = {
    EffectKind.RELEASED: EndCause.RELEASED,
    EffectKind.STATUS_CHANGED: EndCause.STATUS_CHANGED,
    EffectKind.STAY_DELETED: EndCause.STAY_DELETED,
}


@transaction.atomic
def receive(raw: bytes, *, message_id: str | None = None, by: Actor) -> MessageOutcome:
    """Take in one message and end what it ends. Never raises for what a sender can do wrong."""
    outcome = arrivals.receive_message(raw, message_id=message_id, by=by)
    _follow(outcome, by=by)
    return outcome


@transaction.atomic
def answer(parked: Message, *, same: bool, by: Staff) -> MessageOutcome:
    """A leader's answer about a message that waits, and what follows from it. Raises ``NothingToAnswer``.

    ``same`` is whether two people are one; of several messages with one id, whether this is the one to use.
    """
    outcome = arrivals.resolve(parked, same=same, by=by)
    _follow(outcome, by=by)
    return outcome


@transaction.atomic
def add_number(person: Person, number: Number, *, by: Staff) -> MessageOutcome:
    """Say that somebody has another number, and what follows from it. Raises as ``people.actions.add_number``."""
    outcome = arrivals.add_number(person, number, by=by)
    _follow(outcome, by=by)
    return outcome


def _follow(outcome: MessageOutcome, *, by: Actor) -> None:
    """One person after the other in a fixed order, so that two messages at once wait instead of locking each other."""
    for effect in sorted(outcome.effects, key=lambda effect: str(effect.person.pk)):
        person = effect.person
        if effect.kind is EffectKind.STAY_DELETED:
            closed_work.notify(lifecycle.mark_in_error(person, since=effect.arrived_at, by=by))
        if effect.kind in CAUSES:
            end_because(person, cause=CAUSES[effect.kind], by=by)
            # Shut for certain. Only somebody who is back already may have decided anew: the consents know.
            back = effect.kind is EffectKind.RELEASED and person.current_stay and not person.current_stay.is_over
            if not back:
                lifecycle.close_gate(person, reason=CAUSES[effect.kind], by=by)
        reconcile(person, by=by)
