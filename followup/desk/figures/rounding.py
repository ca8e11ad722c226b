"""Numbers in steps of five, and the two parts of a whole in which only one number is rounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext_lazy

# Numbers are shown in steps of five; nothing is shown below the first step.
LEAST = 5
FEW = gettext_lazy("for få til å vises")


class Parts(NamedTuple):
    """The two parts of a whole, done and left, in steps."""

    done: int
    left: int


@dataclass(frozen=True)
class Bar:
    """A line of a chart; ``parts`` is None when they would be about too few."""

    label: str
    parts: Parts | None


def stepped(number: int) -> int | None:
    """The number rounded down to a step; None when it is below the first step."""
    return number // LEAST * LEAST or None


def parts_of(done: int, whole: int) -> Parts | None:
    """Both parts of a whole, or neither: one part would reveal the other.

    What is left is worked out from the rounded numbers. Rounded on its own it would narrow down what is done: a leader
    knows the whole from the list, and of five and fifteen of twenty only exactly five are done.
    """
    first, all_of = stepped(done), stepped(whole)
    return Parts(first, all_of - first) if first and all_of and all_of > first else None
