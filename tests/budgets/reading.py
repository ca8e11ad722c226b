"""How hard the pages of a walk are to read: the hardest of them."""

from __future__ import annotations

from collections.abc import Iterable

from tests.budgets import counting
from tests.budgets import register as of
from tests.budgets.tally import Load


def readability(loads: Iterable[Load]) -> dict[str, float]:
    """The LIX of the hardest page, and the words in the longest sentence of any."""
    lines = [load.lines for load in loads]
    return {
        of.LIX: round(max(counting.lix(page) for page in lines), 1),
        of.SENTENCE: max(len(counting.words(counting.longest_sentence(page))) for page in lines),
    }
