"""Arrivals are received here, above every room they touch: what a message ends, ends in the same transaction."""

from __future__ import annotations

from django.db import transaction

from brik.audit.actors import Actor
from brik.mapping import lifecycle
from brik.people import actions as people
from brik.people.effects import EffectKind
from brik.people.models import Message, Staff
from brik.people.outcomes import Outcome
from followup.desk.models import Notice, NoticeKind
from followup.sharing import actions as sharing

# Why consents end and gates shut; codes for the audit log.
CAUSES = {
    EffectKind.RELEASED: "released",
    EffectKind.STATUS_CHANGED: "status_changed",
    EffectKind.STAY_DELETED: "stay_deleted",
}


@transaction.atomic
def receive(raw: bytes, *, message_id: str | None = None, by: Actor) -> Outcome:
    """Take in one message and end what it ends. Never raises for what a sender can do wrong."""
    outcome = people.receive_message(raw, message_id=message_id, by=by)
    _follow(outcome, by=by)
    return outcome


@transaction.atomic
def answer(parked: Message, *, same: bool, by: Staff) -> Outcome:
    """A leader's answer about a message that waits, and what follows from it. Raises ``NothingToAnswer``."""
    outcome = people.resolve(parked, same=same, by=by)
    _follow(outcome, by=by)
    return outcome


def _follow(outcome: Outcome, *, by: Actor) -> None:
    for effect in sorted(outcome.effects, key=lambda effect: str(effect.person.pk)):
        if effect.kind is EffectKind.STAY_DELETED:
            _tell(lifecycle.mark_in_error(effect.person, since=effect.arrived_at, by=by))
        if effect.kind in CAUSES:
            lifecycle.close_gate(effect.person, reason=CAUSES[effect.kind], by=by)
        sharing.reconcile(effect.person, by=by)


def _tell(mappings: list) -> None:
    """One notice for each interview that was closed behind its mapper's back."""
    Notice.objects.bulk_create(
        [
            Notice(
                kind=NoticeKind.STAY_DELETED,
                person_id=mapping.person_id,
                mapping=mapping,
                unit_id=mapping.unit_id,
                mapper_id=mapping.mapper_id,
            )
            for mapping in mappings
        ],
        ignore_conflicts=True,
    )
