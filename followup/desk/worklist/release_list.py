"""The people of a unit by their likely release, with day and ground only: the same for everybody who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import F
from django.utils import timezone

from brik.people.ages import birthday_of
from brik.people.models import Person, Stay
from brik.people.persons import not_released
from brik.people.stays.placements import placement_of
from brik.people.stays.release_day import likely_day
from brik.staff.models import Staff, Unit
from brik.vault import keys
from brik.vault.codes.coded_models import proved
from brik.vault.sealing import SealBroken
from followup.desk.worklist.people_order import PAGE_SIZE, WHOLE
from followup.desk.worklist.release_words import ReleaseWords, release_words


@dataclass(frozen=True)
class ReleaseRow:
    """One person of the list. Holds a name in clear while the page is drawn."""

    person: Person
    # Empty where the row is broken: its name, its number or its stay is not what was saved.
    name: str
    broken: bool
    born: date | None
    stay: Stay
    ward: str
    release: ReleaseWords


def release_page(user: Staff, unit: Unit | None, number: str, *, whole: bool = False) -> Page:
    """One page of those who are in the unit now, or the ``whole`` on one: by likely day, then those without one."""
    here = Person.objects.visible_to(user).filter(not_released("current_stay__"), current_stay__unit=unit)
    here = here.annotate(likely_day=likely_day("current_stay__", on=timezone.localdate()))
    ordered = here.order_by(F("likely_day").asc(nulls_last=True), "current_stay__arrived_at", "pk")
    page = Paginator(ordered.values_list("pk", flat=True), WHOLE if whole else PAGE_SIZE).get_page(number)
    page.object_list = _rows(list(page.object_list), user)
    return page


def _rows(pks: list[UUID], user: Staff) -> list[ReleaseRow]:
    shown = Person.objects.visible_to(user).filter(pk__in=pks).select_related("current_stay__unit", "placement")
    by_pk: dict[UUID, Person] = {person.pk: person for person in shown.prefetch_related("identifiers")}
    keys.preload(by_pk)
    today = timezone.localdate()
    return [_row(by_pk[pk], today) for pk in pks if pk in by_pk]


def _row(person: Person, today: date) -> ReleaseRow:
    stay = person.known_stay
    try:
        proved([person])
        name, born, broken = person.name, birthday_of(person), False
    except SealBroken:
        name, born, broken = "", None, True
    placement = None if broken else placement_of(person)
    return ReleaseRow(
        person=person,
        name=name,
        broken=broken,
        born=born,
        stay=stay,
        ward=placement.ward if placement else "",
        release=ReleaseWords("", "") if broken else release_words(stay, on=today),
    )
