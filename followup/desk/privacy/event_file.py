"""The events as a file for a spreadsheet: what the page shows, without a page's end."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from brik.staff.models import Staff
from followup.desk.privacy import search
from followup.insight.event_words import PlacedLine

# One file has no more lines; the last one then says so.
MOST_LINES: Final = 20_000
# A cell that begins so is reckoned out by a spreadsheet (OWASP, "CSV Injection").
_RECKONED: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
# By this a spreadsheet reads the letters as UTF-8.
MARK: Final = "\ufeff"


def written(user: Staff, chosen: search.EventNarrowing, *, places: Mapping[str, str]) -> bytes:
    """The chosen events, the newest first: UTF-8 with its mark, semicolons, every cell a text."""
    lines, more = search.events(user, chosen, places=places, most=MOST_LINES)
    sheet = StringIO()
    writer = csv.writer(sheet, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_("Når"), _("Hva"), _("Hvem"), _("Rolle"), _("Enhet"), _("Person"), _("Grunn")])
    writer.writerows(map(cells, lines))
    if more is not None:
        writer.writerow([_("Flere hendelser passer. Avgrens til færre dager.")])
    return (MARK + sheet.getvalue()).encode()


def cells(placed: PlacedLine) -> list[str]:
    """One event as texts that no spreadsheet reckons out."""
    event = placed.line.event
    at = f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}"
    person = str(event.subject or "")
    return as_texts((at, placed.line.what, placed.line.who, placed.role, placed.place, person, placed.line.why))


def as_texts(values: Iterable[str]) -> list[str]:
    """The values, an apostrophe before each that a spreadsheet would take for a formula."""
    return [f"'{value}" if value.lstrip(" ").startswith(_RECKONED) else value for value in values]
