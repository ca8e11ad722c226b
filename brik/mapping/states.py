"""What can become of an interview and of its areas: every state, and every move in one table."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnlyDict

from django.db.models import TextChoices


class State(TextChoices):
    """Where an interview stands."""

    READY = "KLAR", "Klar til å begynne"
    DRAFT = "UTKAST", "Påbegynt"
    FINAL = "FERDIG", "Ferdigstilt"
    SUPERSEDED = "ERSTATTET", "Erstattet av en rettet utgave"
    CLOSED = "LUKKET", "Lukket før den ble ferdig"
    RESTRICTED = "SPERRET", "Sperret"
    IN_ERROR = "FEIL", "Feilregistrert"


OPEN = (State.READY, State.DRAFT)
READABLE = (State.DRAFT, State.FINAL, State.SUPERSEDED)

MOVES: ReadOnlyDict[State, frozenset[State]] = {
    State.READY: frozenset({State.DRAFT, State.CLOSED, State.IN_ERROR}),
    State.DRAFT: frozenset({State.FINAL, State.CLOSED, State.IN_ERROR}),
    State.FINAL: frozenset({State.SUPERSEDED, State.RESTRICTED, State.IN_ERROR}),
    State.SUPERSEDED: frozenset({State.RESTRICTED, State.IN_ERROR}),
    State.CLOSED: frozenset({State.IN_ERROR}),
    State.RESTRICTED: frozenset({State.IN_ERROR}),
    State.IN_ERROR: frozenset(),
}


class AreaState(TextChoices):
    """Where one life area of an interview stands. An area without a row has not been asked about."""

    NOT_STARTED = "IKKE_STARTET", "Ikke startet"
    STARTED = "PAABEGYNT", "Påbegynt"
    DONE = "FULLFOERT", "Fullført"
    DECLINED = "VIL_IKKE_SVARE", "Vil ikke svare"


class MoveNotAllowed(Exception):
    """An interview cannot go from where it stands to where somebody wanted it."""

    def __init__(self, state: str, to: str) -> None:
        super().__init__(f"{state} → {to}")
        self.state, self.to = state, to


def check_move(state: str, to: State) -> None:
    """Raise :class:`MoveNotAllowed` unless the table allows it."""
    if to not in MOVES[State(state)]:
        raise MoveNotAllowed(state, to)
