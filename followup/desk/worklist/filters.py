"""What the worklist is narrowed to: one unit, and what one may ask of the people there."""

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
    """What is shown: one unit, since what one may see differs between units, and what the list is narrowed to.

    An unknown value is as if it were not there.
    """

    unit: Unit | None
    units: list[Unit]
    view: TalkView
    status: str = ""
    standing: str = ""
    when: str = ""

    @classmethod
    def read(cls, given: dict[str, str], user: Staff) -> Narrowing:
        units = units_of(user, PeoplePermission.SEE_PEOPLE)
        unit = next((unit for unit in units if str(unit.pk) == given.get("enhet")), units[0] if units else None)
        view = view_of(user, unit.pk if unit else None)
        return cls(
            unit=unit,
            units=units,
            view=view,
            status=_known(given.get("status"), _statuses()),
            standing=_known(given.get("samtale"), choices(view)),
            when=_known(given.get("frist"), times(view)),
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
    """Narrowing by time. Whether a first talk is due tells if one was held, so a decider cannot ask."""
    due = [] if view is TalkView.NOTHING else [("samtale", gettext("Første samtale må tas"))]
    return [*due, ("ut", gettext("Løslates innen 90 dager")), ("loeslatt", gettext("Løslatt"))]


def _known(given: str | None, known: list[tuple[str, str]]) -> str:
    return given if given in dict(known) else ""
