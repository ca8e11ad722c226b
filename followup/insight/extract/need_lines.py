"""What somebody needs help with, and what became of it, as the extract tells it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from brik.mapping.questionnaire.labels import theme_name
from brik.people.models import Person
from brik.vault.codes.coded_models import proved
from brik.vault.sealing import Shredded
from followup.insight.extract.extract_line import ExtractEntry, ExtractLine, ExtractSection, day_words
from followup.insight.extract.staff_words import StaffWords
from followup.plan.catalogue.need_reasons import reasons
from followup.plan.models import Need, NeedSource, NeedState

# The row, or a row of its history.
Saved = Any


def section(person: Person, staff: StaffWords, *, whole: bool) -> ExtractSection:
    """Every need with its versions, the newest first. ``whole``: with theme, level and wish. Two queries."""
    needs = proved(Need.objects.filter(person=person).with_keys())
    before: dict[Any, list[Saved]] = {need.pk: [] for need in needs}
    for row in Need.history.filter(person=person).order_by("-history_id"):
        before.setdefault(row.uuid, []).append(row)
    entries = tuple(_entry(need, before[need.pk], staff, whole=whole) for need in needs)
    intro = "" if whole or not entries else _("Hva de gjelder, åpnes øverst på siden, med en grunn.")
    return ExtractSection("behov", _("Behov"), entries, intro=intro)


def _entry(need: Need, versions: list[Saved], staff: StaffWords, *, whole: bool) -> ExtractEntry:
    source = NeedSource(need.source).label
    lines = [_line(row, staff, whole=whole) for row in versions]
    return ExtractEntry(f"{day_words(need.entered_at)}, {source}", tuple(lines))


def _line(row: Saved, staff: StaffWords, *, whole: bool) -> ExtractLine:
    state = str(NeedState(row.state).label)
    why = reasons().label(row.reason)
    who = staff.of(row.moved_by_id, row.moved_at) if row.moved_by_id else ""
    said = [state, *([why] if why else []), *(_said(row) if whole else []), *([who] if who else [])]
    return ExtractLine(day_words(row.moved_at), ", ".join(said))


def _said(row: Saved) -> list[str]:
    """Theme, level and wish in words."""
    try:
        content = Need.content_of(row)
    except Shredded:
        return [_("Slettet")]
    return [theme_name(content.theme), str(content.level.label), content.wish.label]
