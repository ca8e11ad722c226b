"""Where a message stands: in use, waiting for a leader, or out of use, and the question that a leader is asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# How the question begins that asks which of several messages with the same id counts.
VERSIONS = "versjon:"
# The question whether a number written by hand is the person's. It does not depend on who else has the number.
BY_HAND = "nummer"
# The same question as a leader of another unit answers it, where somebody has the number. Not asked by itself.
BY_HAND_ELSEWHERE = "nummer:annen enhet"


class Fate(StrEnum):
    """Whether a message is in use now, and if not, why."""

    APPLIED = "BRUKT"
    # In use while a leader has not answered, without its number where the question is about that; and without it for
    # good after the answer no.
    PROVISIONAL = "FORELOEPIG"
    NUMBERLESS = "UTEN_NUMMER"
    PARKED = "PAA_VENT"
    SET_ASIDE = "LAGT_TIL_SIDE"
    REPLACED = "ERSTATTET"
    # Another sender has said the same before, and it stands.
    COPY = "SAGT_AV_ANNEN"
    DELETED = "SLETTET"
    # Told ahead: it takes effect when its moment comes.
    AHEAD = "FREMTIDIG"
    # A deletion of a message that has not come.
    UNMATCHED = "UTEN_TREFF"


IN_USE = frozenset({Fate.APPLIED, Fate.PROVISIONAL, Fate.NUMBERLESS, Fate.AHEAD})
# What a sender says by the message is said: by itself, or before it by another in the same words.
STANDING = IN_USE | {Fate.COPY}
WAITING = frozenset({Fate.PARKED, Fate.PROVISIONAL})


class ParkedReason(StrEnum):
    """Why a message waits or is set aside."""

    SAME_ID = "SAMME_ID"
    TWO_PEOPLE = "TO_PERSONER"
    SECOND_NUMBER = "TO_NUMMER"
    NO_CATEGORY = "UTEN_KATEGORI"
    NO_NUMBER = "UTEN_NUMMER"
    BY_HAND = "FOR_HAAND"
    NAMESAKE = "NAVNELIK"
    OTHER_SENDER = "ANNEN_AVSENDER"


@dataclass(frozen=True)
class MessageStanding:
    fate: Fate
    why: ParkedReason | None = None
    # The question to a leader: positions of the message's numbers, never the numbers themselves; or one that begins
    # with ``VERSIONS``, ``BY_HAND`` or ``namesakes.NAMESAKE``.
    question: str = ""
    # A message of the person that a question about namesakes asks for.
    namesake: str = ""
