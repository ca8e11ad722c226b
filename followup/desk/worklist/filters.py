"""The filters of the worklist: one unit, the list there, its order, and the filters the user may apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from django.utils.translation import gettext

from brik.people.models import LegalStatus
from brik.people.permissions import PeoplePermission
from brik.people.stays.placements import wards_of
from brik.staff.access import scope_of, units_of
from brik.staff.models import Staff, Unit
from followup.desk.worklist.list_tabs import ListTab, tabs_of
from followup.desk.worklist.sorting import Order, SortedHead, Sorting, heads
from followup.desk.worklist.talk_status import TalkView, choices, view_of
from followup.sharing.permissions import SharingPermission

# The filters by what is late and by who has left, in addresses.
LATE: Final = "forsinket"
RELEASED: Final = "loeslatt"


@dataclass(frozen=True)
class Narrowing:
    """The unit and the filters of the list. One unit, because what the user may see differs between units.

    An unknown value is ignored.
    """

    unit: Unit | None
    units: list[Unit]
    view: TalkView
    tabs: tuple[ListTab, ...]
    # None until the address, or how many stand in each, has chosen one.
    tab: ListTab | None = None
    sorting: Sorting = field(default_factory=Sorting)
    wards: tuple[str, ...] = ()
    ward: str = ""
    status: str = ""
    standing: str = ""
    when: str = ""
    sees_deliveries: bool = False

    @classmethod
    def read(cls, values: dict[str, str], user: Staff) -> Narrowing:
        units = units_of(user, PeoplePermission.SEE_PEOPLE)
        unit = next((unit for unit in units if str(unit.pk) == values.get("enhet")), units[0] if units else None)
        view, tabs = view_of(user, unit.pk if unit else None), tabs_of(user, unit)
        wards = tuple(wards_of(unit)) if unit else ()
        return cls(
            unit=unit,
            units=units,
            view=view,
            tabs=tabs,
            tab=next((tab for tab in tabs if tab.code == values.get("liste")), None),
            sorting=Sorting.read(values.get("orden", ""), view),
            wards=wards,
            ward=_if_offered(values.get("avdeling"), [(ward, ward) for ward in wards]),
            status=_if_offered(values.get("status"), _statuses()),
            standing=_if_offered(values.get("samtale"), choices(view)),
            when=_if_offered(values.get("frist"), times(view, sees_deliveries=sees_deliveries(user, unit))),
            sees_deliveries=sees_deliveries(user, unit),
        )

    def on_tab(self, counts: Mapping[ListTab, int]) -> Narrowing:
        """The same on a list: the one chosen, else the user's own if somebody stands there, else all."""
        has_own = counts.get(ListTab.MINE) and not self.is_narrowed
        return replace(self, tab=self.tab or (ListTab.MINE if has_own else ListTab.ALL))

    @property
    def is_narrowed(self) -> bool:
        return bool(self.ward or self.status or self.standing or self.when)

    @property
    def sees_standing(self) -> bool:
        return self.view is not TalkView.NOTHING

    @property
    def sees_who_stays(self) -> bool:
        return self.view is TalkView.WHOLE

    @property
    def shows_officers(self) -> bool:
        """Whether the list has people of several contact officers."""
        return self.tab is not ListTab.MINE

    @property
    def by_regulation(self) -> bool:
        return self.sorting.order is Order.REGULATION

    @property
    def heads(self) -> dict[str, SortedHead]:
        return heads(self.sorting)

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        """The orders to choose beside the heads of the table: for the address, in words, and whether it is in use."""
        labels = {Order.RELEASE: gettext("Løslates først"), Order.REGULATION: str(Order.REGULATION.label)}
        return [(order.code, label, order.code == self.sorting.code) for order, label in labels.items()]

    @property
    def statuses(self) -> list[tuple[str, str]]:
        return _statuses()

    @property
    def standings(self) -> list[tuple[str, str]]:
        return choices(self.view)

    @property
    def times(self) -> list[tuple[str, str]]:
        return times(self.view, sees_deliveries=self.sees_deliveries)

    @property
    def summary(self) -> list[str]:
        """What is chosen, in words, for the line that the filters are folded to."""
        every, everybody = gettext("alle"), gettext("alle som er her nå")
        chosen = [
            *([(gettext("Enhet"), self.unit.name)] if self.unit and len(self.units) > 1 else []),
            *([(gettext("Avdeling"), self.ward or every)] if self.wards else []),
            (gettext("Status"), dict(self.statuses).get(self.status, every)),
            *([(gettext("Samtale"), dict(self.standings).get(self.standing, every))] if self.sees_standing else []),
            (gettext("Tid"), dict(self.times).get(self.when, everybody)),
        ]
        return [f"{label}: {words}" for label, words in chosen]


def _statuses() -> list[tuple[str, str]]:
    return [(code, str(label)) for code, label in LegalStatus.choices]


def sees_deliveries(user: Staff, unit: Unit | None) -> bool:
    """Whether the user may know what has been shared about people of the unit."""
    units = scope_of(user, SharingPermission.SEE_DELIVERIES)
    return unit is not None and isinstance(units, frozenset) and unit.pk in units


def times(view: TalkView, *, sees_deliveries: bool) -> list[tuple[str, str]]:
    """The filters by time. A due first talk reveals whether one was held, so a decider does not get that one."""
    due = [] if view is TalkView.NOTHING else [("samtale", gettext("Første samtale må tas"))]
    late = [(LATE, gettext("Noe er forsinket"))] if sees_deliveries else []
    return [*due, *late, ("ut", gettext("Løslates innen 90 dager")), (RELEASED, gettext("Løslatt"))]


def _if_offered(value: str | None, choices: list[tuple[str, str]]) -> str:
    return value if value in dict(choices) else ""
