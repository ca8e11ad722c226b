"""Holds and erasures about one person, as the extract tells them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from brik.people.models import Person
from followup.desk.models import Erasure, LegalHold, LegalHoldRequest
from followup.insight.cause_words import reason_in_words
from followup.insight.extract.extract_line import ExtractEntry, ExtractSection, day_words, lines_of


def section(person: Person) -> ExtractSection:
    """What was asked for and decided about keeping or erasing. Three queries."""
    entries = [*_holds(person), *_requests(person), *_erasures(person)]
    return ExtractSection("bevaring", _("Bevaring og sletting"), tuple(entries))


def _holds(person: Person) -> list[ExtractEntry]:
    entries = []
    for hold in LegalHold.objects.filter(person=person).select_related("end"):
        end = getattr(hold, "end", None)
        lines = lines_of(
            {
                _("Grunn"): reason_in_words(hold.why),
                _("Bestemt"): day_words(hold.recorded_at),
                _("Avsluttet"): f"{day_words(end.recorded_at)}, {reason_in_words(end.why)}" if end else "",
            }
        )
        entries.append(ExtractEntry(_("Bevart fra %s") % day_words(hold.since), tuple(lines)))
    return entries


def _requests(person: Person) -> list[ExtractEntry]:
    entries = []
    for request in LegalHoldRequest.objects.filter(person=person).select_related("answer"):
        asked = _("Bedt om å avslutte bevaring") if request.hold_id else _("Bedt om bevaring")
        words = {
            _("Grunn"): reason_in_words(request.why),
            _("Svar"): _decision(getattr(request, "answer", None), "answered_at"),
        }
        entries.append(ExtractEntry(f"{day_words(request.asked_at)}: {asked}", tuple(lines_of(words))))
    return entries


def _erasures(person: Person) -> list[ExtractEntry]:
    entries = []
    for erasure in Erasure.objects.filter(person=person).select_related("decision"):
        words = {
            _("Hva"): str(erasure.get_extent_display()),
            _("Grunn"): reason_in_words(erasure.why),
            _("Svar"): _decision(erasure.decided, "decided_at"),
        }
        heading = f"{day_words(erasure.proposed_at)}: {_('Foreslått slettet')}"
        entries.append(ExtractEntry(heading, tuple(lines_of(words))))
    return entries


def _decision(row: object, moment: str) -> str:
    """What the second person answered."""
    if row is None:
        return _("Venter på en annen")
    said = _("Bekreftet") if getattr(row, "confirmed", False) else _("Avslått")
    return f"{said}, {day_words(getattr(row, moment))}"
