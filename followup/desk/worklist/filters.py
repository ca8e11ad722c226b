"""The filters of the worklist: one unit, and the filters the user may apply there."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from brik.people.models import LegalStatus
from brik.people.permissions import PeoplePermission
from brik.staff.access import units_of
from brik.staff.models import Staff, Unit
from followup.desk.worklist.talk_status import TalkView, choices, view_of


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
            when=_if_offered(values.get("frist"), times(view)),
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
        return times(self.view)


def _statuses() -> list[tuple[str, str]]:
    return [(code, str(label)) for code, label in LegalStatus.choices]


def times(view: TalkView) -> list[tuple[str, str]]:
    """The filters by time. A due first talk reveals whether one was held, so a decider does not get that one."""
    due = [] if view is TalkView.NOTHING else [("samtale", gettext("Første samtale må tas"))]
    return [*due, ("ut", gettext("Løslates innen 90 dager")), ("loeslatt", gettext("Løslatt"))]


def _if_offered(value: str | None, choices: list[tuple[str, str]]) -> str:
    return value if value in dict(choices) else ""
