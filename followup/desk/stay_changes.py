"""What a change of somebody's stay ends: the consent, the interview, and what is out."""

from __future__ import annotations

from collections.abc import Iterable

from brik.arrivals.timeline.stay_effects import EffectKind, StayEffect
from brik.audit.actors import Actor
from brik.jobs import person_lock
from brik.mapping.models import NoticeKind
from brik.mapping.record import closed_work, lifecycle
from consent.record.endings import EndCause, end_because, moment_of, readable_until
from followup.sharing.delivery.reconciliation import reconcile

# The cause by which each effect ends a consent.
CAUSES = {
    EffectKind.RELEASED: EndCause.RELEASED,
    EffectKind.STATUS_CHANGED: EndCause.STATUS_CHANGED,
    EffectKind.STAY_DELETED: EndCause.STAY_DELETED,
}


def in_order(effects: Iterable[StayEffect]) -> list[StayEffect]:
    """The people in a fixed order, so that two messages at once do not deadlock."""
    return sorted(effects, key=lambda effect: str(effect.person.pk))


def end(effect: StayEffect, *, by: Actor) -> None:
    """End what the effect ends."""
    person = effect.person
    person_lock.hold(person.pk)
    if effect.kind is EffectKind.STAY_DELETED:
        closed = lifecycle.mark_in_error(person, since=effect.arrived_at, by=by)
        closed_work.notify(closed, kind=NoticeKind.STAY_DELETED)
    if effect.kind in CAUSES:
        end_because(person, cause=CAUSES[effect.kind], by=by)
        # Close the gate, except for somebody who is already back and may have given a new consent.
        back = effect.kind is EffectKind.RELEASED and person.current_stay and not person.current_stay.is_over
        if not back:
            cause = CAUSES[effect.kind]
            until = readable_until(cause, moment_of(person, cause))
            lifecycle.close_gate(person, reason=cause, by=by, readable_until=until)
    reconcile(person, by=by)
