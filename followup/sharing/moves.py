"""Moving a delivery from state to state, as the table allows; with what follows from it."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from followup.sharing import queue
from followup.sharing.models import Delivery, Kind, State
from followup.sharing.states import WAITING, MoveNotAllowed, may_move


def move(delivery: Delivery, to: State, *, due_at: datetime | None = None) -> None:
    """Move, save, and wake the queue when something in it may go now. Raises ``MoveNotAllowed``.

    Called with the person's lock held.
    """
    if not may_move(delivery.state, to):
        raise MoveNotAllowed(delivery.state, to)
    came_from, delivery.state = State(delivery.state), to
    delivery.state_at, delivery.due_at = timezone.now(), due_at
    delivery.save(update_fields=["state", "state_at", "due_at", "attempts_made"])
    if to is State.ACCEPTED and delivery.kind == Kind.RETRACTION and delivery.retracts is not None:
        share = Delivery.objects.get(pk=delivery.retracts.pk)
        if may_move(share.state, State.RETRACTED):
            move(share, State.RETRACTED)
    held_others_back = came_from in (*WAITING, State.PARKED) and to not in (*WAITING, State.PARKED)
    if to is State.QUEUED or held_others_back:
        queue.wake(delivery, first=True)
