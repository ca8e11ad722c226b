"""What may leave, be read or be told, by the rules as they are written: D10, D11, § 2 of the design. Asks no code of ours.

A value, so that what held before an act and after it can be compared.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from brik.mapping.questionnaire.themes import Theme
from brik.people.protection import Restriction
from brik.staff.models import OrganisationKind

# At most three months after a release; the texts of the talk say so.
AFTER_RELEASE = timedelta(days=90)
# What the person is asked in the interviews of these stories, and the one answer that tells where the person lives.
THEME_OF = {"B5": Theme.PRAKTISK, "B7a": Theme.PRAKTISK} | dict.fromkeys(["C1", "C3a", "C4a"], Theme.BOLIG)
PLACE = "B5"

Permits = frozenset[tuple[OrganisationKind, Theme]]


@dataclass(frozen=True)
class Told:
    """What a message tells."""

    themes: frozenset[Theme]
    place: bool


@dataclass(frozen=True)
class Rules:
    """What has been said, entered and ruled about one person up to now."""

    unit: str
    permits: Permits = frozenset()
    until: datetime | None = None
    basis_ends: date | None = None
    released_at: datetime | None = None
    graded: bool = False
    restrictions: frozenset[Restriction] = frozenset()
    ruled: frozenset[OrganisationKind] = frozenset()
    ruled_until: datetime | None = None

    # --- The question ---

    def may_have(self, kind: OrganisationKind, told: Told, *, now: datetime, today: date) -> bool:
        """Whether this kind of recipient may have this of the person now."""
        permitted = {theme for recipient, theme in self.permits if recipient == kind}
        return (
            self._stands(now, today)
            and told.themes <= permitted
            and not (told.place and self.graded)
            and self._may_be_told(kind, now)
        )

    def may_visit(self) -> bool:
        return self.restrictions.isdisjoint({Restriction.LETTERS_BANNED, Restriction.ISOLATION})

    def _stands(self, now: datetime, today: date) -> bool:
        in_time = self.until is not None and now < self.until
        in_force = self.basis_ends is None or today < self.basis_ends
        still = self.released_at is None or now < self.released_at + AFTER_RELEASE
        return in_time and in_force and still

    def _may_be_told(self, kind: OrganisationKind, now: datetime) -> bool:
        if not self.restrictions:
            return True
        if Restriction.ISOLATION in self.restrictions or self.ruled_until is None or now >= self.ruled_until:
            return False
        return kind in self.ruled

    # --- What changes it ---

    def consented(self, permits: Permits, until: datetime) -> Rules:
        return replace(self, permits=permits, until=until)

    def without(self, parts: Collection[tuple[OrganisationKind, Theme]]) -> Rules:
        return replace(self, permits=self.permits - set(parts))

    def ended(self) -> Rules:
        return replace(self, permits=frozenset(), until=None)

    def basis_ended(self, on: date) -> Rules:
        return replace(self, basis_ends=on)

    def released(self, at: datetime) -> Rules:
        return replace(self, released_at=at)

    def moved(self, unit: str) -> Rules:
        return replace(self, unit=unit)

    def protected(self, graded: bool, restrictions: frozenset[Restriction]) -> Rules:
        """Other restrictions than before are a new question."""
        same = restrictions == self.restrictions
        ruled = (self.ruled, self.ruled_until) if same else (frozenset[OrganisationKind](), None)
        return replace(self, graded=graded, restrictions=restrictions, ruled=ruled[0], ruled_until=ruled[1])

    def ruled_on(self, kinds: frozenset[OrganisationKind], until: datetime) -> Rules:
        return replace(self, ruled=kinds, ruled_until=until)
