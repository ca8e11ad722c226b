"""Every turn of the page of the slip to the health service, as the extract tells it."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from brik.people.models import Person
from brik.slips.models import Slip
from brik.slips.slip_words import topic_labels
from brik.vault.sealing import SealBroken, Shredded
from followup.insight.extract.extract_line import ExtractEntry, ExtractLine, ExtractSection, day_words


def section(person: Person) -> ExtractSection:
    """Each turn, also where nothing was sent: the page is shown to everybody."""
    slips = Slip.objects.filter(person=person).select_related("organisation", "unit", "opening").with_keys()
    intro = _("Siden for lapp vises for alle. Hver gang er her, også når ingenting ble sendt.")
    lines = tuple(_line(slip) for slip in slips)
    entries = (ExtractEntry("", lines),) if lines else ()
    return ExtractSection("lapper", _("Lapper til helsetjenesten"), entries, intro=intro if lines else "")


def _line(slip: Slip) -> ExtractLine:
    # Of one with nothing on it nobody is told that it was opened: both kinds are, at once.
    opening = getattr(slip, "opening", None)
    opened = _(", åpnet %s") % day_words(opening.opened_at) if opening else ""
    said = f"{_topics(slip)} ({slip.organisation.name}){opened}"
    return ExtractLine(f"{day_words(slip.turned_at)}, {slip.unit.name}", said)


def _topics(slip: Slip) -> str:
    """What was chosen, in words; a turn of the page with nothing on it says so."""
    try:
        topics = slip.topics
    except Shredded:
        return _("Slettet")
    except SealBroken:
        return _("Kan ikke vises")
    return ", ".join(topic_labels(topics, get_language() or "")) or _("Ingen lapp")
