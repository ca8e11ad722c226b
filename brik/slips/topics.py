"""What a slip can be about, and how a choice is written down: in as many bytes, whatever was chosen."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Final


class Topic(StrEnum):
    """What a person can ask the health service about, in the order the page asks."""

    BODY = "KROPP"
    TEETH = "TENNER"
    SLEEP = "SOEVN"
    MENTAL_HEALTH = "PSYKE"
    MEDICINES = "MEDISINER"
    WITHDRAWAL = "ABSTINENS"
    DRUGS = "RUS"
    OTHER = "ANNET"


# The database holds every row to it (0002_triggers): another number takes new rows of another size.
LENGTH: Final = 128


def packed(topics: Collection[Topic]) -> str:
    """A choice, be it of nothing, as a text of one length. Raises ``ValueError`` when it does not fit."""
    text = " ".join(topic for topic in Topic if topic in topics)
    if len(text) > LENGTH:
        raise ValueError("the topics do not fit")
    return text.ljust(LENGTH)


def unpacked(text: str) -> list[Topic]:
    """The choice in a text of :func:`packed`. Raises ``ValueError`` for a topic that there is not."""
    return [Topic(code) for code in text.split()]
