"""Moving a delivery from state to state, as the table allows."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from followup.sharing.disclosure.states import may_move
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState

# What the share becomes when its retraction comes to a state.
_OF_SHARE = {DeliveryState.ACCEPTED: DeliveryState.RETRACTED, DeliveryState.FAILED: DeliveryState.RETRACTING}


def move(delivery: Delivery, to: DeliveryState, *, due_at: datetime | None = None) -> None:
    """Move and save a delivery; a retraction that is confirmed, or fails, moves its share too.

    Raises ``ValueError`` for a forbidden move.
    The caller holds the person's lock, and wakes the queue (``queue.wake_rest``) when others may be sent afterwards.
    """
    if not may_move(delivery.state, to):
        raise ValueError(f"{delivery.state} → {to}")
    delivery.state = to
    delivery.state_at, delivery.due_at = timezone.now(), due_at
    delivery.save(update_fields=["state", "state_at", "due_at", "attempts_made"])
    follows = _OF_SHARE.get(to)
    if follows is not None and delivery.kind == DeliveryKind.RETRACTION and delivery.retracts is not None:
        share = Delivery.objects.get(pk=delivery.retracts.pk)
        if may_move(share.state, follows):
            move(share, follows)
