"""The states of an interview and of its areas, and the moves between them in one table."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnlyDict

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class InterviewState(TextChoices):
    """Where an interview stands."""

    READY = "KLAR", _("Klar til å begynne")
    DRAFT = "UTKAST", _("Påbegynt")
    FINAL = "FERDIG", _("Ferdigstilt")
    SUPERSEDED = "ERSTATTET", _("Erstattet av en rettet utgave")
    CLOSED = "LUKKET", _("Lukket før den ble ferdig")
    RESTRICTED = "SPERRET", _("Sperret")
    IN_ERROR = "FEIL", _("Feilregistrert")


OPEN = (InterviewState.READY, InterviewState.DRAFT)
SIGNED_OFF = (InterviewState.FINAL, InterviewState.SUPERSEDED)
READABLE = (InterviewState.DRAFT, *SIGNED_OFF)

MOVES: ReadOnlyDict[InterviewState, frozenset[InterviewState]] = {
    InterviewState.READY: frozenset({InterviewState.DRAFT, InterviewState.CLOSED, InterviewState.IN_ERROR}),
    InterviewState.DRAFT: frozenset({InterviewState.FINAL, InterviewState.CLOSED, InterviewState.IN_ERROR}),
    InterviewState.FINAL: frozenset({InterviewState.SUPERSEDED, InterviewState.RESTRICTED, InterviewState.IN_ERROR}),
    InterviewState.SUPERSEDED: frozenset({InterviewState.RESTRICTED, InterviewState.IN_ERROR}),
    InterviewState.CLOSED: frozenset({InterviewState.IN_ERROR}),
    InterviewState.RESTRICTED: frozenset({InterviewState.IN_ERROR}),
    InterviewState.IN_ERROR: frozenset(),
}

# What the end of a stay has closed goes back to how it was, where that end is undone; nothing else does.
RETURNS: ReadOnlyDict[InterviewState, frozenset[InterviewState]] = {
    InterviewState.CLOSED: frozenset(OPEN),
    InterviewState.RESTRICTED: frozenset(SIGNED_OFF),
    InterviewState.IN_ERROR: frozenset({*OPEN, *SIGNED_OFF, InterviewState.CLOSED, InterviewState.RESTRICTED}),
}


class AreaState(TextChoices):
    """Where one life area of an interview stands. An area without a row has not been asked about.

    That somebody would not talk about an area is an answer: it is sealed with the others, and the row says it is done.
    """

    NOT_STARTED = "IKKE_STARTET", _("Ikke startet")
    STARTED = "PAABEGYNT", _("Påbegynt")
    DONE = "FULLFOERT", _("Fullført")
    DECLINED = "VIL_IKKE_SVARE", _("Vil ikke svare")


class Renewed(TextChoices):
    """What the person said of the answers of the interview before. Sealed with those of the area, never in a row."""

    SAME = "STEMMER", _("Stemmer fortsatt")
    CHANGED = "ENDRET", _("Endret siden sist")


# Those that a row names in clear.
IN_CLEAR = (AreaState.NOT_STARTED, AreaState.STARTED, AreaState.DONE)


def check_move(state: str, to: InterviewState) -> None:
    """Raise ``ValueError`` unless the table allows the move. Actions refuse before this, with a sentence."""
    if to not in MOVES[InterviewState(state)]:
        raise ValueError(f"{state} → {to}")
