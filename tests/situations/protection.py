"""Restrictions, address grade and rulings, with or without what follows from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from brik.people.models import Person, Ruling
from brik.people.protection import AddressGrade, Restriction
from brik.staff.models import OrganisationKind, Role, Staff
from followup.desk import following
from followup.desk.restrictions import actions
from followup.sharing.jobs import WORKER
from tests.situations.person import an_account


def protect(
    person: Person,
    *restrictions: Restriction,
    grade: AddressGrade = AddressGrade.OPEN,
    by: Staff | None = None,
) -> Person:
    """What stands from now on: these restrictions and this grade. The action; its job is not carried out yet."""
    by = by or an_account(at=person.known_stay.unit)
    return actions.enter_protection(person, address_grade=grade, restrictions=restrictions, by=by)


def a_ruling(
    person: Person,
    kinds: Collection[OrganisationKind] = (),
    *,
    until: datetime | None = None,
    by: Staff | None = None,
) -> Ruling:
    """The leader's answer about the restrictions that stand. The action; its job is not carried out yet."""
    by = by or an_account(Role.LEADER, at=person.known_stay.unit)
    about = Person.objects.get(pk=person.pk).restricted_at
    assert about is not None
    until = until or timezone.now() + timedelta(days=30)
    return actions.rule(person, about=about, kinds=kinds, reason="Retten har bestemt det.", until=until, by=by)


def follow(people: Iterable[Person]) -> None:
    """What the worker's job does for these people."""
    for person in people:
        following.carry_out(person.pk, by=WORKER)
