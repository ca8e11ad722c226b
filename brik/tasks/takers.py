"""Who takes a task: somebody of its role in the unit where the person is.

Where nobody there holds the role, it is the leader on duty, and where there is none either, an approved mapper. A task
for the contact officer is for the one named for the person; nobody else of that role sees it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from brik.people.stays.placements import OFFICERS, Placement
from brik.staff.access import posts_giving, roles
from brik.staff.accounts import MapperApproval, Post, Role, Staff
from brik.tasks.permissions import TasksPermission
from brik.tasks.promises import TASK_ROLES

# Who takes what nobody else can, the first that is there.
IN_PLACE_OF: Final = (Role.DUTY_LEADER, Role.MAPPER)
Present = Mapping[int, Collection[str]]


def present_in(units: Collection[int]) -> Present:
    """The roles that somebody holds today in each of these units, and may take tasks by. One query."""
    approved = MapperApproval.objects.current().filter(staff=OuterRef("staff"), unit=OuterRef("unit"))
    posts = Post.objects.current().filter(unit__in=units, staff__is_active=True, role__in=TASK_ROLES)
    held = posts.filter(~Q(role=Role.MAPPER) | Exists(approved)).order_by().values_list("unit", "role").distinct()
    present: dict[int, set[str]] = defaultdict(set)
    for unit, role in held:
        present[unit].add(role)
    return present


def stand_in(present: Collection[str]) -> Role | None:
    """Who takes what nobody of the right role can; None where nobody can take anything."""
    return next((role for role in IN_PLACE_OF if role in present), None)


def taker(role: str, present: Collection[str], *, officer_named: bool) -> Role | None:
    """The role that takes a task asked of ``role``."""
    is_there = officer_named if role == Role.CONTACT_OFFICER else role in present
    return Role(role) if is_there else stand_in(present)


def officer_named(person: str = "person") -> Exists:
    """Of rows about somebody: a contact officer is named for them who can be one today, in the unit where they are."""
    posts = Post.objects.current().filter(
        staff=OuterRef("contact_officer"), unit=OuterRef("unit"), role__in=OFFICERS, staff__is_active=True
    )
    named = Placement.objects.filter(
        Exists(posts), person=OuterRef(person), unit=OuterRef(f"{person}__current_stay__unit")
    )
    return Exists(named)


def may_take(user: Staff) -> Q:
    """The tasks that ``user`` may see and take: those of the roles held, those nobody else can take, one's own."""
    held: dict[int, set[str]] = defaultdict(set)
    for post in posts_giving(user, TasksPermission.TAKE):
        held[post.unit_id].add(post.role)
    if not held:
        return Q(pk__in=())
    present, allowed = present_in(held), Q(pk__in=())
    for unit, mine in held.items():
        asked = {role for role in TASK_ROLES if role != Role.CONTACT_OFFICER}
        asked = {role for role in asked if taker(role, present[unit], officer_named=True) in mine}
        here = Q(role__in=asked)
        # Whoever is named is asked, by whichever of the two roles.
        here |= Q(officer_named(), role=Role.CONTACT_OFFICER, person__placement__contact_officer=user)
        if stand_in(present[unit]) in mine:
            here |= Q(~Q(officer_named()), role=Role.CONTACT_OFFICER)
        allowed |= Q(here, person__current_stay__unit=unit)
        allowed |= Q(taken_by=user, person__current_stay__unit=unit)
    return allowed | _in_danger(user)


def _in_danger(user: Staff) -> Q:
    """What nobody has taken in time while somebody may be in danger, for the leader on duty; also once ``user`` has."""
    units = [post.unit_id for post in posts_giving(user, TasksPermission.TAKE_DANGER)]
    late = Q(danger=True, due_at__lte=timezone.now(), person__current_stay__unit__in=units)
    return Q(late, Q(taken_by=None) | Q(taken_by=user)) if units else Q(pk__in=())


def is_open_to(role: str) -> bool:
    """Whether a task may be handed to a role."""
    table: Mapping[str, Mapping[Any, object]] = roles()
    return role in TASK_ROLES and TasksPermission.TAKE in table.get(role, {})
