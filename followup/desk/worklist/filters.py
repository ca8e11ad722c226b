"""The filters of the worklist: one unit, and the filters the user may apply there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from brik.people.models import LegalStatus
from brik.people.permissions import PeoplePermission
from brik.staff.access import scope_of, units_of
from brik.staff.models import Staff, Unit
from followup.desk.worklist.talk_status import TalkView, choices, view_of
from followup.sharing.permissions import SharingPermission

# The filter by what is late, in addresses.
LATE: Final = "forsinket"


@dataclass(frozen=True)
class Narrowing:
    """The unit and the filters of the list. One unit, because what the user may see differs between units.

    An unknown value is ignored.
    """

    unit: Unit | None
    units: list[Unit]
    view: TalkView
    status: str = ""
    standing: str = ""
    when: str = ""
    sees_deliveries: bool = False

    @classmethod
    def read(cls, values: dict[str, str], user: Staff) -> Narrowing:
        units = units_of(user, PeoplePermission.SEE_PEOPLE)
        unit = next((unit for unit in units if str(unit.pk) == values.get("enhet")), units[0] if units else None)
        view = view_of(user, unit.pk if unit else None)
        return cls(
            unit=unit,
            units=units,
            view=view,
            status=_if_offered(values.get("status"), _statuses()),
            standing=_if_offered(values.get("samtale"), choices(view)),
            when=_if_offered(values.get("frist"), times(view, sees_deliveries=sees_deliveries(user, unit))),
            sees_deliveries=sees_deliveries(user, unit),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.status or self.standing or self.when)

    @property
    def sees_standing(self) -> bool:
        return self.view is not TalkView.NOTHING

    @property
    def sees_who_stays(self) -> bool:
        return self.view is TalkView.WHOLE

    @property
    def statuses(self) -> list[tuple[str, str]]:
        return _statuses()

    @property
    def standings(self) -> list[tuple[str, str]]:
        return choices(self.view)

    @property
    def times(self) -> list[tuple[str, str]]:
        return times(self.view, sees_deliveries=self.sees_deliveries)


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
    return [*due, *late, ("ut", gettext("Løslates innen 90 dager")), ("loeslatt", gettext("Løslatt"))]


def _if_offered(value: str | None, choices: list[tuple[str, str]]) -> str:
    return value if value in dict(choices) else ""
