"""Who the person is, as it is kept: names and numbers, protection, stays, and how each of them was before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from brik.people import aliases
from brik.people.models import Person, Placement, Ruling, Stay
from brik.people.protection import AddressGrade, Restriction
from brik.vault.sealing import Shredded
from followup.insight.extract.extract_line import ExtractEntry, ExtractLine, ExtractSection, day_words, lines_of
from followup.insight.extract.staff_words import StaffWords


def section(person: Person, staff: StaffWords) -> ExtractSection:
    """The person's names and numbers, protection and stays, and earlier names and protection."""
    entries = [ExtractEntry("", tuple(_now(person, staff)))]
    if earlier := _earlier(person):
        entries.append(ExtractEntry(_("Slik det sto før"), tuple(earlier)))
    return ExtractSection("hvem", _("Hvem"), tuple(entries))


def _now(person: Person, staff: StaffWords) -> list[ExtractLine]:
    return [
        ExtractLine(_("Navn"), quote=person.name),
        *(ExtractLine(row.get_kind_display(), row.number.open()) for row in person.identifiers.with_keys()),
        *(ExtractLine(_("Også kjent som"), quote=alias) for alias in aliases.of(person)),
        *_protection(person.protection.open() if person.protection else {}),
        *_rulings(person, staff),
        *_placement(person, staff),
        *(ExtractLine(_("Opphold"), _stay(stay)) for stay in person.stays.select_related("unit")),
    ]


def _protection(protection: dict[str, Any]) -> list[ExtractLine]:
    grade = protection.get("address_grade")
    restrictions = protection.get("restrictions") or []
    return lines_of(
        {
            _("Adressegradering"): str(AddressGrade(grade).label) if grade else "",
            _("Restriksjoner"): ", ".join(str(Restriction(code).label) for code in restrictions),
            _("Merknad"): protection.get("note") or "",
        }
    )


def _earlier(person: Person) -> list[ExtractLine]:
    """What the history has and the row says no longer, each once, the last day it was saved so. One query."""
    now = {(line.term, line.whole) for line in _named(person)}
    found: dict[tuple[str, str], ExtractLine] = {}
    for row in Person.history.filter(uuid=person.pk).order_by("-history_date", "-history_id"):
        for line in _named(row):
            said = (line.term, line.whole)
            if said not in now and said not in found:
                until = _("skrevet %(day)s") % {"day": day_words(row.history_date)}
                found[said] = ExtractLine(line.term, f"{until}:", line.whole)
    return list(found.values())


def _named(row: Any) -> list[ExtractLine]:
    try:
        identity = (row.identity.open() if row.identity else None) or {}
        protection = (row.protection.open() if row.protection else None) or {}
    except Shredded:
        return []
    name = " ".join(filter(None, (identity.get(part) for part in ("given", "middle", "family"))))
    names = [ExtractLine(_("Navn"), quote=name)] if name else []
    known = [ExtractLine(_("Også kjent som"), quote=alias) for alias in identity.get("aliases") or []]
    return [*names, *known, *_protection(protection)]


def _rulings(person: Person, staff: StaffWords) -> list[ExtractLine]:
    """What leaders have ruled about who may be told something under the person's restrictions, newest first."""
    words = _("%(kinds)s, til og med %(day)s, svart %(given)s av %(name)s, fordi:")
    return [
        ExtractLine(
            _("Kan få vite noe under restriksjoner"),
            words
            % {
                "kinds": ", ".join(ruling.kind_names) or _("ingen"),
                "day": day_words(ruling.until - timedelta(seconds=1)),
                "given": day_words(ruling.given_at),
                "name": staff.of(ruling.given_by_id, ruling.given_at),
            },
            ruling.content.open()["reason"],
        )
        for ruling in Ruling.objects.filter(person=person)
    ]


def _placement(person: Person, staff: StaffWords) -> list[ExtractLine]:
    """The ward and contact officer that were entered last, also those of an earlier unit."""
    placement = Placement.objects.filter(person=person).select_related("unit").first()
    if placement is None:
        return []
    officer = staff.of(placement.contact_officer_id, placement.entered_at)
    words = {_("Avdeling"): placement.ward, _("Kontaktbetjent"): officer}
    place = _("%(unit)s, skrevet %(day)s") % {"unit": placement.unit.name, "day": day_words(placement.entered_at)}
    return [ExtractLine(label, place, text) for label, text in words.items() if text]


def _stay(stay: Stay) -> str:
    """Where and when, and the days of the sentence, each by its name."""
    days = {
        _("start %(day)s"): stay.start_date,
        _("1/3 tid %(day)s"): stay.one_third,
        _("1/2 tid %(day)s"): stay.half,
        _("2/3 tid %(day)s"): stay.two_thirds,
        _("endt tid %(day)s"): stay.end_date,
        _("minstetid %(day)s"): stay.minimum_date,
    }
    place = f"{stay.unit.name}, {stay.get_legal_status_display()}, {stay.category}"
    time = f"{day_words(stay.arrived_at)} – {day_words(stay.released_at)}"
    return "; ".join([f"{place}, {time}", *(words % {"day": day_words(day)} for words, day in days.items() if day)])
