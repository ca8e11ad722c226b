"""The states of a task and the moves between them in one table. The database keeps the same: a task never goes back."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TaskState(TextChoices):
    """Where a task stands. That it is late follows from its time, and is no state."""

    NEW = "NY", _("Ny")
    TAKEN = "TATT", _("Tatt")
    DONE = "GJORT", _("Gjort")


MOVES: Mapping[TaskState, frozenset[TaskState]] = {
    # What the person does not want any longer is done without having been taken.
    TaskState.NEW: frozenset({TaskState.TAKEN, TaskState.DONE}),
    TaskState.TAKEN: frozenset({TaskState.DONE}),
    TaskState.DONE: frozenset(),
}


class TaskOutcome(TextChoices):
    """How a task ended."""

    REACHED = "KONTAKTET", _("Snakket med personen")
    NOT_REACHED = "IKKE_NAADD", _("Fikk ikke tak i personen")
    NOT_WANTED = "IKKE_OENSKET", _("Personen ønsker det ikke lenger")
    HANDED_ON = "OVERTATT", _("Gitt videre")


# What somebody may choose who finishes a task; one that is handed over is ended by that.
CHOSEN = (TaskOutcome.REACHED, TaskOutcome.NOT_REACHED, TaskOutcome.NOT_WANTED)
