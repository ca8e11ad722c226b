"""The units that messages name. A new one that may be a known one is a question to the keeper of units.

Units are made from the messages, so that nobody is lost for want of one. But ``501`` for ``0501``, or a known name with
another number, would make a second unit where nobody works, and those who are there would vanish from every list.
"""

from __future__ import annotations

from collections.abc import Iterable

from brik.arrivals.xml.messages import CustodyPlace, MessageContent
from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.definitions.name_comparison import same_name
from brik.staff.models import Unit, UnitStanding


def units_of(contents: Iterable[MessageContent], *, by: Actor) -> dict[str, Unit]:
    """For each number of a unit that the messages name, the unit where its people are; new ones are made.

    Somebody who was at a known unit stays there while it is asked whether one of the same name is another.
    """
    places = {content.place.number: content.place for content in contents if content.place}
    units = {unit.number: unit for unit in Unit.objects.select_related("resembles").filter(number__in=places)}
    for number, place in places.items():
        if number not in units:
            units[number] = _made(place, by=by)
    named = {unit.pk for unit in units.values()}
    return {number: _of_people(unit, named) for number, unit in units.items()}


def _of_people(unit: Unit, named: set[int]) -> Unit:
    stood = unit.standing == UnitStanding.LIKE_NAME and unit.resembles_id in named
    other = unit.resembles if stood or unit.is_another else None
    return unit if other is None else _of_people(other, named)


def _made(place: CustodyPlace, *, by: Actor) -> Unit:
    known = list(Unit.objects.order_by("pk"))
    bare = place.number.lstrip("0")
    by_number = next((unit for unit in known if unit.number.lstrip("0") == bare), None)
    by_name = next((unit for unit in known if not unit.is_another and same_name(unit.name, place.name)), None)
    unit = Unit(number=place.number, name=place.name, district=place.district, resembles=by_number or by_name)
    if unit.resembles is not None:
        unit.standing = UnitStanding.LIKE_NUMBER if by_number else UnitStanding.LIKE_NAME
    unit.save()
    if unit.resembles is not None:
        log.record(Verb.ADMINISTERED, by=by, obj=unit, reason=Reason.UNIT_UNCLEAR)
    return unit
