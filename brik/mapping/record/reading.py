"""Reads an interview from its stored answers, and compares two. No form file is needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from brik.mapping.questionnaire.outline import Outline
from brik.mapping.questionnaire.question_types.register import TYPES
from brik.mapping.questionnaire.stored_answers import (
    ASKED,
    ASKED_SHORT,
    DECLINED,
    NEXT_TIME,
    NOT_ASKED,
    WANTED,
    WalkedAnswer,
    WalkedArea,
    read,
)
from brik.mapping.questionnaire.walk import says_graded
from brik.mapping.record import document
from brik.mapping.record.interviews import Mapping
from brik.mapping.record.published_forms import outline_of
from brik.mapping.record.states import SIGNED_OFF
from brik.vault.codes.coded_models import proved


def opened(mapping: Mapping) -> dict[str, dict[str, Any]]:
    """Area code → the unsealed content with the state of the area; one query."""
    return {row.area: {**row.answers.open(), "state": row.shown_state.name} for row in mapping.sections.all().proved()}


def walked(mapping: Mapping, *, language: str = "nb", places: bool = False) -> list[WalkedArea]:
    """All answers of the interview, for the staff; those that tell a graded address veiled, unless ``places``."""
    sections = opened(mapping)
    return walked_in(
        outline_of(mapping), sections, language=language, veiled=not places and is_graded(mapping, sections)
    )


def walked_in(
    outline: Outline, sections: dict[str, dict[str, Any]], *, language: str = "nb", veiled: bool
) -> list[WalkedArea]:
    """The answers in opened sections, of today or of another day; ``veiled``: without those that tell a place."""
    areas = read(outline, sections, language=language)
    return [_veiled(area) for area in areas] if veiled else areas


def by_whether_asked(
    mapping: Mapping, *, language: str = "nb", places: bool = False, without: str = ""
) -> dict[str, Any]:
    """The areas that were asked about, those of which only the short form says something, and those not asked about.

    ``without`` one of them.

    ``veiled``: whether an answer, or who has told or confirmed it, is not shown, since it tells a graded address.
    """
    areas = [area for area in walked(mapping, language=language, places=places) if area.code != without]
    return {
        "asked": [area for area in areas if area.state in (ASKED, DECLINED)],
        "asked_short": [area for area in areas if area.state == ASKED_SHORT],
        "next_time": [area for area in areas if area.state == NEXT_TIME],
        "wanted": [area for area in areas if area.state == WANTED],
        "untouched": [area for area in areas if area.state == NOT_ASKED],
        "veiled": any(_is_veiled(answer) for area in areas for answer in area.answers),
    }


def is_graded(mapping: Mapping, sections: dict[str, dict[str, Any]]) -> bool:
    """Whether the person's address is graded, as entered by staff or as said in the interview."""
    return mapping.person.address_graded or says_graded(sections)


def veil() -> str:
    """What is shown instead of a place."""
    return _("Gradert adresse, vises ikke")


def _veiled(area: WalkedArea) -> WalkedArea:
    """The area with nothing shown of answers that tell a place, nor of who has told or confirmed one: an office may."""
    answers = (replace(answer, source=answer.source.without_name()) for answer in area.answers)
    shown = (replace(answer, shown=(veil(),)) if TYPES[answer.type].tells_place else answer for answer in answers)
    return replace(area, answers=tuple(shown))


def _is_veiled(answer: WalkedAnswer) -> bool:
    return answer.source.unnamed or answer.shown == (veil(),)


def as_pdf(mapping: Mapping, *, language: str = "nb") -> bytes:
    """The interview on paper, in the officer's language or the one the questions were asked in."""
    moment = timezone.localtime(mapping.signed_off_at or mapping.started_at)
    with translation.override(language):
        facts = [
            (_("Navn"), mapping.person.name),
            (_("Enhet"), mapping.unit.name),
            (_("Kartlegger"), mapping.mapper.name if mapping.mapper else ""),
            (_("Ferdigstilt") if mapping.signed_off_at else _("Begynt, ikke ferdigstilt"), f"{moment:%d.%m.%Y}"),
            (_("Skjema"), f"{mapping.kind} {mapping.form_version}"),
        ]
        if mapping.reason is not None:
            facts.append((_("Rettet fordi"), mapping.reason.open()))
        areas = walked(mapping, language=language)
    return document.as_pdf(document.internal(outline_of(mapping), areas, language=language), facts=facts)


@dataclass(frozen=True)
class Compared:
    """One question in two interviews; None where it was not answered."""

    text: str
    then: WalkedAnswer | None
    now: WalkedAnswer | None

    @property
    def is_changed(self) -> bool:
        return (self.then and (self.then.value, self.then.source)) != (self.now and (self.now.value, self.now.source))


def compare(then: Mapping, now: Mapping) -> list[tuple[str, list[Compared]]]:
    """The questions answered in either interview, area by area."""
    old_areas = {area.code: area for area in walked(then)}
    new_areas = {area.code: area for area in walked(now)}
    compared = []
    for code, area in {**old_areas, **new_areas}.items():
        old, new = _by_id(old_areas.get(code)), _by_id(new_areas.get(code))
        rows = [Compared((new.get(key) or old[key]).text, old.get(key), new.get(key)) for key in {**new, **old}]
        if rows:
            compared.append((area.title, rows))
    return compared


def _by_id(area: WalkedArea | None) -> dict[str, WalkedAnswer]:
    return {answer.link_id: answer for answer in area.answers} if area else {}


def earlier(mapping: Mapping) -> Mapping | None:
    """The interview to compare with: the one it corrects, else the one signed off before it.

    Raises ``CodeBroken`` where it was changed past us.
    """
    if mapping.corrects is not None:
        return mapping.corrects if proved([mapping.corrects])[0].as_shown().is_readable else None
    before = mapping.signed_off_at or mapping.created_at
    signed = (
        Mapping.objects.readable().filter(person=mapping.person_id, signed_off_at__lt=before).exclude(pk=mapping.pk)
    )
    return next(iter(proved(signed.filter(state__in=SIGNED_OFF).order_by("-signed_off_at")[:1])), None)
