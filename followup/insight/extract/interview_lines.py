"""The interviews with their answers, and how each answer was before, as the extract tells them."""

from __future__ import annotations

from collections.abc import Mapping as Words
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from brik.mapping.models import Mapping, Notice, Renewed, Section
from brik.mapping.questionnaire.answer_sources import SourceKind, source_in_words
from brik.mapping.questionnaire.outline import Outline
from brik.mapping.questionnaire.question_types.register import TYPES
from brik.mapping.questionnaire.stored_answers import (
    ASKED_SHORT,
    DECLINED,
    NEXT_TIME,
    NOT_ASKED,
    WANTED,
    WalkedAnswer,
    WalkedArea,
)
from brik.mapping.record import reading
from brik.mapping.record.closed_work import intact
from brik.mapping.record.published_forms import outlines_of
from brik.people.models import Person
from brik.vault.codes.coded_models import proved
from brik.vault.sealing import Shredded
from followup.insight.extract.extract_line import (
    ExtractEntry,
    ExtractLine,
    ExtractSection,
    day_words,
    lines_of,
    time_words,
)
from followup.insight.extract.staff_words import StaffWords

# One saved version of an area: the row, or a row of its history.
Saved = Any


def section(person: Person, staff: StaffWords, *, whole: bool) -> ExtractSection:
    """All interviews. ``whole``: with the answers as they stand, and as they stood."""
    mappings = proved(Mapping.objects.filter(person=person).select_related("person", "unit").with_keys())
    entries = [_interview(mapping, staff) for mapping in mappings]
    if whole and mappings:
        entries = [
            entry
            for mapping, said in zip(mappings, _answers(person, mappings, staff), strict=True)
            for entry in (_interview(mapping, staff), *said)
        ]
    entries += [
        _notice(notice, staff) for notice in intact(Notice.objects.filter(person=person).select_related("unit"))
    ]
    intro = "" if whole or not mappings else _("Svarene åpnes øverst på siden, med en grunn.")
    return ExtractSection("kartlegginger", _("Kartlegginger"), tuple(entries), intro=intro)


def _interview(mapping: Mapping, staff: StaffWords) -> ExtractEntry:
    try:
        reason = (mapping.reason.open() if mapping.reason is not None else "") or ""
    except Shredded:
        reason = _("Slettet")
    moments = {
        _("Begynt"): (mapping.started_at, mapping.mapper_id),
        _("Ferdigstilt"): (mapping.signed_off_at, mapping.signed_off_by_id),
        _("Avsluttet"): (mapping.closed_at, None),
        _("Låst"): (mapping.restricted_at, None),
    }
    said = {term: _when(moment, staff.of(by, moment)) for term, (moment, by) in moments.items()}
    lines = [ExtractLine(_("Status"), mapping.get_state_display()), *lines_of(said)]
    lines += lines_of({_("Skjema"): mapping.form_version, _("Språk"): str(mapping.get_language_display())})
    if reason:
        lines.append(ExtractLine(_("Rettet fordi"), quote=reason))
    return ExtractEntry(f"{day_words(mapping.created_at)}, {mapping.unit.name}", tuple(lines))


def _when(moment: Any, who: str) -> str:
    return ", ".join(filter(None, (day_words(moment), who))) if moment else ""


def _notice(notice: Notice, staff: StaffWords) -> ExtractEntry:
    who = staff.of(notice.mapper_id, notice.at)
    lines = lines_of({_("Hva"): str(notice.get_kind_display()), _("Varslet"): who})
    return ExtractEntry(f"{day_words(notice.at)}: {_('Beskjed til kartlegger')}", tuple(lines))


def _answers(person: Person, mappings: list[Mapping], staff: StaffWords) -> list[list[ExtractEntry]]:
    """For each interview an entry for each area, and one for each earlier version. Three queries, however many."""
    outlines = outlines_of(mappings)
    now: dict[UUID, list[Saved]] = {mapping.pk: [] for mapping in mappings}
    for row in proved(Section.objects.filter(person=person).with_keys()):
        now[row.mapping_id].append(row)
    before: dict[UUID, list[Saved]] = {mapping.pk: [] for mapping in mappings}
    for row in Section.history.filter(person=person).order_by("-row_version", "-history_id"):
        before.setdefault(row.mapping_id, []).append(row)
    return [
        _areas(mapping, outlines[(mapping.kind, mapping.form_version)], now[mapping.pk], before[mapping.pk], staff)
        if mapping.started_at is not None
        else []
        for mapping in mappings
    ]


def _areas(
    mapping: Mapping, outline: Outline, now: list[Saved], before: list[Saved], staff: StaffWords
) -> list[ExtractEntry]:
    opened = {row.area: _opened(row) for row in now}
    # A graded address stands on no paper. Who may see it asks the mapper.
    veiled = reading.is_graded(mapping, opened)
    entries = []
    for area in reading.walked_in(outline, opened, veiled=veiled):
        entries.append(ExtractEntry(area.title, tuple(_area(area, {} if veiled else opened.get(area.code, {})))))
        versions = [(row, _opened(row)) for row in before if row.area == area.code]
        entries += _earlier(area, [(row, _walked(outline, row, said, veiled)) for row, said in versions], staff)
    return entries


def _walked(outline: Outline, row: Saved, content: dict[str, Any], veiled: bool) -> WalkedArea:
    areas = reading.walked_in(outline, {row.area: content}, veiled=veiled)
    return next(area for area in areas if area.code == row.area)


def _earlier(area: WalkedArea, versions: list[tuple[Saved, WalkedArea]], staff: StaffWords) -> list[ExtractEntry]:
    """What each earlier version of an area said otherwise than the one after it."""
    entries, after = [], _as_said(area)
    for row, then in versions:
        said = _as_said(then)
        changed = [line for key, line in said.items() if key not in after or after[key].whole != line.whole]
        if changed:
            day = f"{day_words(row.updated_at)} kl. {time_words(row.updated_at)}"
            who = staff.of(row.updated_by_id, row.updated_at)
            words = _("%(area)s, slik det sto %(day)s (%(who)s)") % {"area": area.title, "day": day, "who": who}
            entries.append(ExtractEntry(words, tuple(changed)))
        after = said
    return entries


def _opened(row: Saved) -> dict[str, Any]:
    """The content of a version; nothing where its key was destroyed."""
    try:
        content: dict[str, Any] = row.answers.open() or {}
    except Shredded:
        return {}
    return {**content, "state": DECLINED} if "declined" in content else content


def _area(area: WalkedArea, content: Words[str, Any]) -> list[ExtractLine]:
    words = {
        NOT_ASKED: _("Ikke spurt"),
        DECLINED: _("Vil ikke svare på dette området"),
        ASKED_SHORT: _("Spurt kort, trenger ikke hjelp"),
        NEXT_TIME: _("Vil snakke mer neste gang"),
        WANTED: _("Vil ha hjelp, ikke spurt mer ennå"),
    }
    lines = [ExtractLine(_("Status"), words[area.state])] if area.state in words else []
    if area.renewed:
        lines.append(ExtractLine(_("Svarene fra forrige kartlegging"), str(Renewed(area.renewed).label)))
    lines += _as_said(area).values()
    # What was typed and is no answer yet is kept as well.
    for typed in (content.get("unfinished") or {}).values():
        lines += [ExtractLine(_("Skrevet, men ikke lagret som svar"), quote=text) for text in typed if text]
    return lines


def _as_said(area: WalkedArea) -> dict[str, ExtractLine]:
    return {answer.link_id: _answer(answer) for answer in area.answers}


def _answer(answer: WalkedAnswer) -> ExtractLine:
    """A question, and its answer on one line; whose words it is, where it is not the person's own."""
    if TYPES[answer.type].has_columns:
        shown = "; ".join(", ".join(f"{label}: {text}" for label, text in row) for row in answer.shown)
    else:
        shown = "; ".join(map(str, answer.shown))
    source = answer.source
    whose = "" if source.kind is SourceKind.SELF else source_in_words(source, answer.language)
    return ExtractLine(answer.text, f"({whose})" if whose else "", shown)
