"""What protects a person, in the words an officer reads on the person page and before sharing."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brik.people import protection
from brik.people.models import Person
from brik.people.rulings import kind_names
from brik.people.safeguards import Safeguard


def safeguard_lines(person: Person, safeguard: Safeguard) -> list[str]:
    """One sentence for the restrictions and one for the address, as far as there is something to say."""
    lines = [_restriction_line(person, safeguard)] if safeguard.restricted else []
    if safeguard.address_graded:
        lines.append(_("Gradert adresse. Ikke skriv eller si hvor personen bor."))
    return lines


def _restriction_line(person: Person, safeguard: Safeguard) -> str:
    names = protection.restriction_names(person)
    if safeguard.isolated:
        return _("%(names)s: ingen mottaker kan få vite noe.") % {"names": names}
    if safeguard.last_day is None:
        return _("%(names)s: venter på lederens svar. Ingenting sendes før det.") % {"names": names}
    day = date_format(safeguard.last_day, "j. F Y")
    kinds = ", ".join(kind_names(safeguard.kinds))
    if not kinds:
        return _("%(names)s: ingen mottaker kan få vite noe, til og med %(day)s.") % {"names": names, "day": day}
    return _("%(names)s: bare disse kan få vite noe, til og med %(day)s: %(kinds)s.") % {
        "names": names,
        "day": day,
        "kinds": kinds,
    }
