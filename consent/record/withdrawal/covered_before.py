"""What was permitted just before a withdrawal. The receipt names this as withdrawn, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import Organisation, OrganisationKind
from consent.models import Decision, Direction, Withdrawal
from consent.record import covers

# The smallest step of the database's clock. A withdrawal takes effect at least this long after what it ends.
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class CoveredBefore:
    """What a withdrawal ended: being mapped, asking others, the plan, and the themes shared with each kind of
    recipient.
    """

    mapped: bool
    asked: bool
    planned: bool
    shared: dict[OrganisationKind, list[Theme]]

    @property
    def nothing(self) -> bool:
        return not (self.mapped or self.asked or self.planned or self.shared)


def of_withdrawal(withdrawal: Withdrawal) -> CoveredBefore:
    """What the withdrawal names and was permitted just before it; recipients and themes in fixed order."""
    person, parts = withdrawal.person, list(withdrawal.decisions.all())
    before = _effective(withdrawal, parts) - MOMENT
    directions = set(Direction) if withdrawal.whole else {part.direction for part in parts}
    named = None if withdrawal.whole else {(part.recipient_kind, part.theme) for part in parts}
    return CoveredBefore(
        mapped=withdrawal.whole and covers.mapping_permit(person, before) is not None,
        asked=Direction.COLLECT in directions and bool(covers.sources_permitted(person, before)),
        planned=Direction.PLAN in directions and covers.plan_is_agreed(person, before),
        shared=dict(_shared(withdrawal, named, before)),
    )


def _effective(withdrawal: Withdrawal, parts: list[Decision]) -> datetime:
    return parts[0].effective_at if parts else withdrawal.steps.get().effective_at


def _shared(
    withdrawal: Withdrawal, named: Collection[tuple[str, str]] | None, before: datetime
) -> Iterator[tuple[OrganisationKind, list[Theme]]]:
    person = withdrawal.person_id
    decided = Decision.objects.filter(person=person, direction=Direction.DISCLOSE, organisation__isnull=False)
    kinds = dict(Organisation.objects.filter(pk__in=decided.values("organisation")).values_list("pk", "kind"))
    covered = covers.covered_many([(person, organisation) for organisation in kinds], at=before)
    for kind in OrganisationKind:
        covered_themes = {theme for (_, pk), themes in covered.items() if kinds[pk] == kind for theme in themes}
        themes = [theme for theme in Theme if theme in covered_themes and (named is None or (kind, theme) in named)]
        if themes:
            yield kind, themes
