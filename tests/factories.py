"""Situations by name. Every person here is made up; every number is synthetic (month + 80)."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from django.utils import timezone

from brik.people.models import LegalStatus, MapperApproval, Person, Post, Role, Staff, Stay, Unit

_serial = count(1)
PASSWORD = "et-langt-passord-for-tester"


def unit(name: str = "Oslo fengsel") -> Unit:
    return Unit.objects.get_or_create(name=name, defaults={"number": f"{next(_serial):04d}", "district": "Øst"})[0]


def staff(role: Role = Role.MAPPER, *, at: Unit | None = None, approved: bool = True, organisation=None) -> Staff:
    """Somebody with one post; a mapper is approved unless told otherwise."""
    serial = next(_serial)
    person = Staff(username=f"bruker{serial}", name=f"Bruker Nummer{serial}", organisation=organisation)
    person.set_password(PASSWORD)
    person.save()
    day = timezone.localdate() - timedelta(days=30)
    needs_unit = role in {Role.MAPPER, Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER}
    where = (at or unit()) if needs_unit else None
    Post.objects.create(staff=person, role=role, unit=where, since=day)
    if role is Role.MAPPER and approved:
        MapperApproval.objects.create(staff=person, unit=where, approved_by=person, since=day)
    return person


def person(
    *, at: Unit | None = None, status: LegalStatus = LegalStatus.CONVICTED, family: str = "Testesen", days: int = 3
) -> Person:
    """Somebody who arrived ``days`` ago."""
    someone = Person(identity={"given": "Prøve", "middle": "", "family": f"{family}{next(_serial)}", "aliases": []})
    someone.save()
    arrived = timezone.now() - timedelta(days=days)
    someone.current_stay = Stay.objects.create(
        person=someone,
        unit=at or unit(),
        legal_status=status,
        category="Varetekt" if status == LegalStatus.REMAND else "Ubetinget",
        arrived_at=arrived,
        start_date=arrived.date(),
        end_date=arrived.date() + timedelta(days=400) if status == LegalStatus.CONVICTED else None,
    )
    someone.save()
    return someone
