"""What protects a person at a moment, asked for one or for many with one query and without opening a seal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from brik.people.models import Person, Ruling
from brik.vault.integrity import assert_current


@dataclass(frozen=True)
class Safeguard:
    """The grade of the address, the restrictions, and the ruling that stands about them.

    ``until`` is the end of that ruling; None while the leader has not answered, or the answer has ended.
    """

    address_graded: bool = False
    restricted: bool = False
    isolated: bool = False
    kinds: frozenset[str] = frozenset()
    until: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether nobody may be told anything until a leader has answered."""
        return self.restricted and not self.isolated and self.until is None

    @property
    def last_day(self) -> date | None:
        """The last whole day of the ruling that stands."""
        return timezone.localdate(self.until - timedelta(seconds=1)) if self.until is not None else None

    def permits(self, kind: str) -> bool:
        """Whether this kind of recipient may be told anything."""
        return not self.restricted or kind in self.kinds


def safeguards(person_ids: Iterable[UUID], *, at: datetime | None = None) -> dict[UUID, Safeguard]:
    """What protects each of these people at a moment. One query."""
    now = at or timezone.now()
    newest = Ruling.objects.filter(person=OuterRef("pk"), about=OuterRef("restricted_at"), given_at__lte=now)
    newest = newest.order_by("-given_at", "pk")
    people = (
        Person.objects.filter(pk__in={*person_ids})
        .annotate(kinds=Subquery(newest.values("kinds")[:1]), until=Subquery(newest.values("until")[:1]))
        .values_list("pk", "address_graded", "restricted_at", "isolated", "kinds", "until")
    )
    return {pk: _safeguard(*facts, now=now) for pk, *facts in people}


def safeguard_of(person_id: UUID, *, at: datetime | None = None) -> Safeguard:
    """What protects one person at a moment. One query."""
    return safeguards([person_id], at=at)[person_id]


def assert_intact(person: Person) -> None:
    """Demand that what protects ``person`` is what was entered and ruled, before something is told.

    Raises ``SealBroken`` when a row was changed or rolled back outside the application.
    """
    assert_current(person)
    person.demand_code()
    person.demand_agreement()
    if person.restricted_at is None:
        return
    ruling = Ruling.objects.filter(person=person, about=person.restricted_at).order_by("-given_at", "pk").first()
    if ruling is not None:
        assert_current(ruling)
        ruling.demand_agreement()


def _safeguard(
    graded: bool,
    restricted_at: datetime | None,
    isolated: bool,
    kinds: list[str] | None,
    until: datetime | None,
    *,
    now: datetime,
) -> Safeguard:
    stands = until is not None and now < until and not isolated
    return Safeguard(
        address_graded=graded,
        restricted=restricted_at is not None,
        isolated=isolated,
        kinds=frozenset(kinds or ()) if stands else frozenset(),
        until=until if stands else None,
    )
