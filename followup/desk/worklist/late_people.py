"""The notice on top of the worklist: in which units something is late about how many people."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, OuterRef

from brik.definitions.name_order import in_order
from brik.people.models import Person
from brik.staff.access import scope_of
from brik.staff.models import Staff
from followup.sharing.delivery.lateness import late_about
from followup.sharing.permissions import SharingPermission


@dataclass(frozen=True)
class LatePeople:
    """One unit with people about whom something is late."""

    unit_id: int
    unit: str
    number: int


def late_people(user: Staff) -> list[LatePeople]:
    """The units whose deliveries the user may see and where something is late; one query, none for anybody else."""
    units = scope_of(user, SharingPermission.SEE_DELIVERIES)
    if not isinstance(units, frozenset) or not units:
        return []
    found = (
        Person.objects.visible_to(user)
        .filter(late_about(OuterRef("pk")), current_stay__unit__in=units)
        .order_by()
        .values(unit=F("current_stay__unit"), name=F("current_stay__unit__name"))
        .annotate(number=Count("pk"))
    )
    late = [LatePeople(row["unit"], row["name"], row["number"]) for row in found]
    return in_order(late, lambda people: people.unit)
