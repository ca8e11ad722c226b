"""Ward and contact officer of a person: entered by the staff of the unit, since no message tells them."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from brik.definitions.name_order import in_order
from brik.people.persons import Person, not_released
from brik.staff.accounts import Post, Role, Staff
from brik.staff.organisations import Unit
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet

# Who can be somebody's contact officer.
OFFICERS: Final = (Role.CONTACT_OFFICER, Role.MAPPER)


class Placement(CodedModel):
    """Where in a unit somebody lives and who is their contact officer. It holds while the stay is in that unit."""

    RECORD_NAME = "placement"

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="placement")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    # As the unit writes it, with the cell: "B 214".
    ward = models.CharField(max_length=20, blank=True)
    contact_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CodedQuerySet.as_manager()


def placement_of(person: Person) -> Placement | None:
    """The placement in the unit where the person is now; None where nobody has entered one there."""
    placement: Placement | None = getattr(person, "placement", None)
    return placement if placement is not None and placement.unit_id == person.unit_id else None


def whose_officer_is(user: Staff) -> Q:
    """People of the present unit of whom ``user`` is contact officer."""
    return Q(placement__contact_officer=user, placement__unit=F("current_stay__unit"))


def officers_of(unit: Unit) -> list[Staff]:
    """Who can be contact officer in a unit today, by name."""
    posts = Post.objects.current().filter(unit=unit, role__in=OFFICERS)
    return in_order(Staff.objects.filter(posts__in=posts, is_active=True).distinct(), lambda staff: staff.name)


def wards_of(unit: Unit) -> list[str]:
    """The wards of a unit in which somebody lives who is there now, in order."""
    placed = Placement.objects.filter(unit=unit, person__current_stay__unit=unit).exclude(ward="")
    placed = placed.filter(not_released("person__current_stay__"))
    return in_order(placed.order_by().values_list("ward", flat=True).distinct())
