"""Many people at once, for subjects that need a full unit."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from brik.people.models import Identifier, LegalStatus, Person, Stay
from brik.people.persons import hashes_of
from brik.staff.models import Unit
from tests import situations

GIVEN = ["Prøve", "Test", "Figur", "Oppdiktet", "Låne", "Eksempel"]
FAMILY = ["Testesen", "Prøvestad", "Figurli", "Diktmo", "Lånås", "Eksempelbakken"]


def fill(unit: Unit, count: int) -> None:
    """Give ``unit`` so many made-up people, without messages and events of their own."""
    now = timezone.now()
    people = [
        Person(
            identity={
                "given": GIVEN[number % 6],
                "middle": "",
                "family": f"{FAMILY[number // 6 % 6]}{number}",
                "aliases": [],
            }
        )
        for number in range(count)
    ]
    Person.objects.bulk_create(people)
    numbers = [situations.a_number() for _ in people]
    Identifier.objects.bulk_create(
        Identifier(person=person, kind=number.kind, number=number.value, **hashes_of(number).columns())
        for person, number in zip(people, numbers, strict=True)
    )
    stays = Stay.objects.bulk_create(
        Stay(
            person=person,
            unit=unit,
            legal_status=LegalStatus.CONVICTED if number % 3 else LegalStatus.REMAND,
            category="Ubetinget" if number % 3 else "Varetekt",
            arrived_at=now - timedelta(days=number % 60),
            start_date=(now - timedelta(days=number % 60)).date(),
            end_date=(now + timedelta(days=30 + number % 900)).date() if number % 3 else None,
        )
        for number, person in enumerate(people)
    )
    stay_of = {stay.person_id: stay for stay in stays}
    Person.objects.filter(pk__in=[*stay_of]).change(current_stay=lambda person: stay_of[person.pk])
