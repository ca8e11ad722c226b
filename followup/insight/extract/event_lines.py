"""Who has read about the person and what has been done, as the extract tells it: by day, role and unit."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from brik.audit.models import Event
from followup.insight.event_words import READS, actor_places, is_uuid, lines, placed
from followup.insight.extract.extract_line import ExtractSection, ExtractTable, day_words


def events_about(person: UUID) -> list[Event]:
    """All events about one person, the newest first. One query."""
    return list(Event.objects.filter(subject=person).order_by("-pk"))


def actors(events: Iterable[Event]) -> set[UUID]:
    """The accounts that did it."""
    return {UUID(event.actor) for event in events if is_uuid(event.actor)}


def sections(events: list[Event]) -> list[ExtractSection]:
    """Who has read, and what else was done."""
    reads = [event for event in events if event.verb in READS]
    rest = [event for event in events if event.verb not in READS]
    places = actor_places()
    return [
        ExtractSection("lest", _("Hvem har lest"), table=_table(reads, places)),
        ExtractSection("hendelser", _("Hva som er gjort"), table=_table(rest, places), folded=True),
    ]


def _table(events: list[Event], places: dict[str, str]) -> ExtractTable:
    """A line for each day, role and thing done, with how often: the person need not count them."""
    counted: dict[tuple[str, ...], int] = {}
    for shown in placed(lines(events), places):
        event = shown.line.event
        # Whoever has an account stands here by role and unit; a process by its name.
        who = ", ".join(filter(None, (shown.role, shown.place))) or ("" if is_uuid(event.actor) else shown.line.who)
        row = (day_words(event.at), shown.line.what, who or _("Ansatt"), shown.line.why)
        counted[row] = counted.get(row, 0) + 1
    rows = ((*row[:2], *row[2:], str(times)) for row, times in counted.items())
    return ExtractTable((_("Dag"), _("Hva"), _("Rolle og enhet"), _("Mer"), _("Ganger")), tuple(rows))
