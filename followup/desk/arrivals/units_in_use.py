"""The units that have people, and those where nobody works, so that no page of a unit shows its people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from brik.arrivals.models import Message
from brik.arrivals.timeline.standings import WAITING
from brik.definitions.name_order import in_order
from brik.people.models import Person
from brik.people.persons import not_released
from brik.staff.models import Post, Unit
from brik.staff.organisations import IS_ANOTHER
from followup.desk.arrivals.silence import silent


@dataclass(frozen=True)
class UnitInUse:
    """A unit that has people, messages that wait or a question: with numbers, and nobody's name."""

    unit: Unit
    people: int
    silent: int
    waiting: int
    staffed: bool


def units_in_use() -> list[UnitInUse]:
    """The units that have people in custody or messages that wait, or that may be another unit. Four queries."""
    here = _by_unit(Person.objects.filter(not_released("current_stay__")))
    without_messages = _by_unit(silent(Person.objects.all()))
    counted = Message.objects.parked().order_by().values("unit_number").annotate(number=Count("pk"))
    waiting = {row["unit_number"]: row["number"] for row in counted}
    works_there = Exists(Post.objects.current().filter(unit=OuterRef("pk")))
    units = Unit.objects.filter(Q(pk__in=here) | Q(number__in=waiting) | Q(resembles__isnull=False))
    lines = [
        UnitInUse(
            unit,
            people=here.get(unit.pk, 0),
            silent=without_messages.get(unit.pk, 0),
            waiting=waiting.get(unit.number, 0),
            staffed=vars(unit)["staffed"],
        )
        for unit in units.select_related("resembles").annotate(staffed=works_there).order_by("number")
    ]
    return in_order(lines, lambda line: line.unit.name)


def without_staff(units: Iterable[UnitInUse]) -> list[UnitInUse]:
    """Those where nobody works although somebody is in custody or expected there: no page of a unit shows them."""
    return [line for line in units if (line.people or line.waiting) and not (line.staffed or line.unit.is_another)]


def units_without_staff() -> list[Unit]:
    """The units of :func:`without_staff`, without numbers of people. One query, which reads nothing of other units."""
    here = Person.objects.filter(not_released("current_stay__"), current_stay__unit=OuterRef("pk"))
    waiting = Message.objects.filter(fate__in=WAITING, unit_number=OuterRef("number"))
    works_there = Post.objects.current().filter(unit=OuterRef("pk"))
    units = Unit.objects.filter(~Exists(works_there), Exists(here) | Exists(waiting)).exclude(standing__in=IS_ANOTHER)
    return in_order(units.order_by("number"), lambda unit: unit.name)


def _by_unit(people: QuerySet[Person]) -> dict[int, int]:
    counted = people.order_by().values("current_stay__unit").annotate(number=Count("pk"))
    return {row["current_stay__unit"]: row["number"] for row in counted if row["current_stay__unit"]}
