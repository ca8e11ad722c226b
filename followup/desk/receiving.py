"""Receives arrival messages, and in the same transaction ends the consents and interviews that a message ends."""

from __future__ import annotations

from django.db import transaction

from brik.arrivals import actions as arrivals
from brik.arrivals.models import Message
from brik.arrivals.timeline.outcomes import MessageOutcome
from brik.arrivals.timeline.stay_effects import EffectKind
from brik.audit.actors import Actor
from brik.mapping.models import NoticeKind
from brik.mapping.record import closed_work, lifecycle
from brik.people.identifiers.numbers import Number
from brik.people.models import Person
from brik.staff.models import Staff
from consent.record.endings import EndCause, end_because
from followup.sharing.delivery.reconciliation import reconcile

# The cause by which each effect ends a consent.
CAUSES = {
    EffectKind.RELEASED: EndCause.RELEASED,
    EffectKind.STATUS_CHANGED: EndCause.STATUS_CHANGED,
    EffectKind.STAY_DELETED: EndCause.STAY_DELETED,
}


@transaction.atomic
def receive(raw: bytes, *, message_id: str | None = None, by: Actor) -> MessageOutcome:
    """Receive one message and end the consents and interviews that it ends.

    A message that cannot be read or used is an outcome, not an exception.
    """
    outcome = arrivals.receive_message(raw, message_id=message_id, by=by)
    _follow(outcome, by=by)
    return outcome


@transaction.atomic
def answer(parked: Message, *, same: bool, by: Staff) -> MessageOutcome:
    """Carry out a leader's answer about a message that waits. Raises as ``arrivals.actions.resolve``.

    ``same``: two people are one person; with several messages of one id, this is the one to use.
    """
    outcome = arrivals.resolve(parked, same=same, by=by)
    _follow(outcome, by=by)
    return outcome


@transaction.atomic
def add_number(person: Person, number: Number, *, by: Staff) -> MessageOutcome:
    """Give somebody another number, with what follows from it. Raises as ``arrivals.actions.add_number``."""
    outcome = arrivals.add_number(person, number, by=by)
    _follow(outcome, by=by)
    return outcome


def _follow(outcome: MessageOutcome, *, by: Actor) -> None:
    """End the consents and interviews that the message ends. People come in a fixed order: no two messages deadlock."""
    for effect in sorted(outcome.effects, key=lambda effect: str(effect.person.pk)):
        person = effect.person
        if effect.kind is EffectKind.STAY_DELETED:
            closed = lifecycle.mark_in_error(person, since=effect.arrived_at, by=by)
            closed_work.notify(closed, kind=NoticeKind.STAY_DELETED)
        if effect.kind in CAUSES:
            end_because(person, cause=CAUSES[effect.kind], by=by)
            # Close the gate, except for somebody who is already back and may have given a new consent.
            back = effect.kind is EffectKind.RELEASED and person.current_stay and not person.current_stay.is_over
            if not back:
                lifecycle.close_gate(person, reason=CAUSES[effect.kind], by=by)
        reconcile(person, by=by)
