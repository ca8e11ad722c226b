"""What a rotation has done, counted so that it proves itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

# Told how many of how many are done, for the terminal.
Report = Callable[[int, int], None]


def silent(done: int, of: int) -> None:
    """Reports nothing."""


class RotationRefused(Exception):
    """Nothing was changed. Holds the sentence for the operator; never a value."""


@dataclass
class RotationCount:
    """How many were seen at the end, how many written anew, and how many of those seen are as they should be."""

    seen: int = 0
    written: int = 0
    verified: int = 0
    # The names of the others, with the reason; never a value.
    broken: list[str] = field(default_factory=list)

    @property
    def is_proved(self) -> bool:
        """Whether everything that was seen is as it should be: only then the older key may go."""
        return self.seen == self.verified and not self.broken

    def tell(self, name: str, why: str) -> None:
        """Count something that is not as it should be."""
        self.broken.append(f"{name}: {why}")
