"""Measuring variants side by side, and the table that comes of it."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Variant = Callable[[], object]


@dataclass(frozen=True)
class Figure:
    """One line of the table: with a bound, or only reported."""

    name: str
    value: float
    unit: str = "x"
    at_most: float | None = None
    at_least: float | None = None

    @property
    def verdict(self) -> str:
        if self.at_most is None and self.at_least is None:
            return "reported"
        held = (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )
        return "ok" if held else "MISSED"

    @property
    def bound(self) -> str:
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return "" if self.at_least is None else f"≥ {self.at_least:g}"

    def line(self) -> str:
        return f"{self.name:<78} {self.value:>10.3f} {self.unit:<5} {self.bound:>8}  {self.verdict}"


def medians(variants: Mapping[str, Variant], *, rounds: int, warm_up: int = 3) -> dict[str, float]:
    """Seconds each variant takes: the median over ``rounds``, in each of which all run once in shuffled order.

    Run side by side, a slow moment of the machine hits all alike, so the ratios stand even where seconds do not.
    """
    dice = random.Random(1)
    taken: dict[str, list[float]] = {name: [] for name in variants}
    for turn in range(rounds + warm_up):
        for name in dice.sample(list(variants), len(variants)):
            began = time.perf_counter()
            variants[name]()
            if turn >= warm_up:
                taken[name].append(time.perf_counter() - began)
    return {name: statistics.median(times) for name, times in taken.items()}
