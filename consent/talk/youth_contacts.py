"""Whom the staff turn to for somebody under 18, with whom no talk is held: their role, and a number if we have one."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from brik.definitions import help_numbers
from brik.definitions.help_numbers import HelpContact, YouthContact
from brik.staff.accounts import leaders_of
from brik.staff.models import Unit


@dataclass(frozen=True)
class YouthHelp:
    """Somebody to turn to. ``names`` are those of the staff here; ``number`` is empty where no file has one."""

    role: str
    what: str
    number: str = ""
    names: tuple[str, ...] = ()


def youth_contacts(unit: Unit) -> list[YouthHelp]:
    """Everybody to turn to at this unit, the nearest first."""
    numbers = help_numbers.load(settings.HELP_NUMBERS)
    here = {number.who: number.number for number in numbers.of(unit.number)}
    youth = {number.who: number.number for number in numbers.youth}
    return [
        YouthHelp(
            _("Lederen for enheten, eller vaktleder når lederen ikke er her"),
            _("bestemmer hvem som følger opp, og sier fra til regionen."),
            here.get(HelpContact.DUTY_LEADER, ""),
            tuple(leaders_of(unit)),
        ),
        YouthHelp(
            _("Barneverntjenesten i kommunen der den unge hører til"),
            _("har ansvaret for hjelpen utenfor. Utenom kontortid svarer barnevernvakten."),
            youth.get(YouthContact.CHILD_WELFARE, ""),
        ),
        YouthHelp(
            _("Ungdomsenheten i kriminalomsorgen"),
            _("har egne fagfolk for dem under 18, og gir råd også når den unge er her."),
            youth.get(YouthContact.YOUTH_UNIT, ""),
        ),
    ]
