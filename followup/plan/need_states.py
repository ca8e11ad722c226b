"""The states of a need, and who may move it from which to which, in one table.

A need always ends, and the end is written by the one who knows: the person, the staff, or the release itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum, auto
from typing import Final

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class NeedState(TextChoices):
    """Where a need stands."""

    OPEN = "AAPEN", _("Åpent")
    MET = "DEKKET", _("Dekket")
    DECLINED = "TAKKET_NEI", _("Takket nei")
    NOT_MET = "IKKE_DEKKET", _("Ikke dekket ved løslatelse")
    LAPSED = "BORTFALT", _("Bortfalt")
    IN_ERROR = "FEIL", _("Feilregistrert")

    @property
    def event_code(self) -> str:
        """What events call it."""
        return f"need_{self.name.lower()}"


class NeedMover(Enum):
    """Who moves a need."""

    STAFF = auto()
    # The staff, with the person there who says so.
    PERSON_PRESENT = auto()
    # The release, in its own transaction.
    RELEASE = auto()
    # A stay that has another status now, that turned out not to be, or whose end is undone.
    STAY = auto()


MOVES: Final[Mapping[tuple[NeedState, NeedState], frozenset[NeedMover]]] = {
    (NeedState.OPEN, NeedState.MET): frozenset({NeedMover.STAFF}),
    (NeedState.OPEN, NeedState.DECLINED): frozenset({NeedMover.PERSON_PRESENT}),
    (NeedState.OPEN, NeedState.NOT_MET): frozenset({NeedMover.RELEASE}),
    (NeedState.OPEN, NeedState.LAPSED): frozenset({NeedMover.STAFF, NeedMover.STAY}),
    (NeedState.OPEN, NeedState.IN_ERROR): frozenset({NeedMover.STAFF, NeedMover.STAY}),
    (NeedState.MET, NeedState.OPEN): frozenset({NeedMover.STAFF}),
    (NeedState.DECLINED, NeedState.OPEN): frozenset({NeedMover.STAFF}),
    (NeedState.LAPSED, NeedState.OPEN): frozenset({NeedMover.STAFF, NeedMover.STAY}),
    (NeedState.NOT_MET, NeedState.OPEN): frozenset({NeedMover.STAY}),
    (NeedState.IN_ERROR, NeedState.OPEN): frozenset({NeedMover.STAY}),
}


def may_move(state: str, to: NeedState, mover: NeedMover) -> bool:
    """Whether the table lets ``mover`` move a need so."""
    return mover in MOVES.get((NeedState(state), to), frozenset())


class NeedSource(TextChoices):
    """Where a need was first told of."""

    INTERVIEW = "KARTLEGGING", _("Fra kartleggingen")
    TALK = "SAMTALE", _("Sagt i en senere samtale")

    @property
    def event_code(self) -> str:
        """What events call it."""
        return f"need_{self.name.lower()}"


class NeedLevel(IntegerChoices):
    """How large a need is, as the person says it; the numbers are those of the scale in the questionnaires."""

    NONE = 0, _("Ikke sagt hvor stort")
    SOME = 1, _("Noe behov")
    LARGE = 2, _("Stort behov")
    URGENT = 3, _("Haster")


class NeedWish(StrEnum):
    """Whether the person wants help with it, by the codes of the questionnaires."""

    YES = "JA"
    LATER = "SENERE"
    NOT_SAID = ""

    @property
    def label(self) -> str:
        """In words."""
        return str(_WISHES[self])


_WISHES: Final = {
    NeedWish.YES: _("Ønsker hjelp"),
    NeedWish.LATER: _("Ønsker hjelp senere"),
    NeedWish.NOT_SAID: _("Ikke sagt om hjelp er ønsket"),
}
