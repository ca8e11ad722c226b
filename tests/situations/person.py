"""Units, accounts, numbers and people. Every person is made up; every number is synthetic (month + 80)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from django.db import transaction
from django.utils import timezone

from brik.arrivals.timeline import rebuild
from brik.arrivals.xml.messages import SERVICE, CustodyPlace, MessageContent, MessageType, SentenceDates
from brik.audit.actors import Process
from brik.people.identifiers.numbers import (
    Number,
    NumberKind,
    birth_digits,
    check,
    with_check_digits,
    with_check_digits_2032,
)
from brik.people.models import LegalStatus, Person
from brik.staff.accounts import UNIT_ROLES
from brik.staff.models import MapperApproval, Organisation, Post, Role, Staff, Unit

# How many numbers are tried of one birthday before the day before it is taken.
NUMBERS_A_DAY = 400
# More than any test makes whose people must be born on the same day.
NUMBERS_A_TEST = 100


class _Numbers:
    """One after another, for each number that is made."""

    def __init__(self) -> None:
        self.last = 0

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        self.last += 1
        return self.last

    def go_on_to_a_day_with_room(self) -> None:
        left = NUMBERS_A_DAY - self.last % NUMBERS_A_DAY
        if left < NUMBERS_A_TEST:
            self.last += left


_serial = count(1)
_numbers = _Numbers()
_CATEGORY_OF = {
    LegalStatus.CONVICTED: "Ubetinget",
    LegalStatus.REMAND: "Varetekt",
    LegalStatus.NOT_MAPPED_HERE: "Samfunn",
}
PASSWORD = "et-langt-passord-for-tester"


def begin_test() -> None:
    """Let the people of the next test be born on one day: two that shall be told apart by nothing differ in none."""
    _numbers.go_on_to_a_day_with_room()


def a_unit(name: str = "Oslo fengsel", *, number: str = "") -> Unit:
    """The unit of this name; ``number`` as messages name it. Rows."""
    number = number or f"{next(_serial):04d}"
    return Unit.objects.get_or_create(name=name, defaults={"number": number, "district": "Øst"})[0]


def an_account(
    role: Role = Role.MAPPER,
    *,
    at: Unit | None = None,
    approved: bool = True,
    organisation: Organisation | None = None,
) -> Staff:
    """Somebody on the staff with one post; a mapper is approved unless told otherwise. Rows: a post takes two people."""
    serial = next(_serial)
    account = Staff(username=f"bruker{serial}", name=f"Bruker Nummer{serial}", organisation=organisation)
    account.set_password(PASSWORD)
    account.password_by_other = False
    account.save()
    day = timezone.localdate() - timedelta(days=30)
    unit = (at or a_unit()) if role in UNIT_ROLES else None
    Post.objects.create(staff=account, role=role, unit=unit, since=day)
    if role is Role.MAPPER and approved:
        MapperApproval.objects.create(staff=account, unit=unit, approved_by=account, since=day)
    return account


def a_number(kind: NumberKind = NumberKind.NATIONAL_ID, *, born: date | None = None) -> Number:
    """A number nobody has: month + 80, or, where there is no made-up range (SSP, DUF), one never given out.

    Without ``born`` everybody is born in 1985, on days of their own: people of one name are not taken for each other.
    """
    for serial in _numbers:
        if kind is NumberKind.DUF:
            made = with_check_digits(f"1900{serial:06d}")
        else:
            # Without a birthday asked for, a day each.
            birth = born or date(1985, 12, 31)
            birth -= timedelta(days=serial // NUMBERS_A_DAY if born else serial % 365)
            own = serial % NUMBERS_A_DAY if born else NUMBERS_A_DAY + serial // 365
            day = birth.day + (40 if kind is NumberKind.D_NUMBER else 0)
            month = birth.month + (20 if kind is NumberKind.SSP else 80)
            individual = own + (500 if birth.year >= 2000 else 0)
            stem = f"{day:02d}{month:02d}{birth.year % 100:02d}{individual:03d}"
            is_new = kind is NumberKind.NATIONAL_ID_2032
            made = with_check_digits_2032(stem, remainder=1) if is_new else with_check_digits(stem)
        if made:
            return check(kind, made, synthetic_allowed=True)
    raise AssertionError("there is always another number")


def numbers_of_one_birthday(*kinds: NumberKind) -> list[Number]:
    """A number of each kind, all with the same day of birth."""
    numbers = [a_number(kind, born=date(1980, 4, 5)) for kind in kinds]
    # The day before is taken when a birthday has no numbers left.
    return numbers if len({birth_digits(number) for number in numbers}) == 1 else numbers_of_one_birthday(*kinds)


def a_person(
    *,
    at: Unit | None = None,
    status: LegalStatus = LegalStatus.CONVICTED,
    family: str = "Testesen",
    days: int = 3,
    born: date | None = date(1985, 5, 17),
    kind: NumberKind = NumberKind.NATIONAL_ID,
) -> Person:
    """Somebody who arrived ``days`` ago, as a message told; without a number, and by hand, when ``born`` is None. Rows."""
    arrived = timezone.now() - timedelta(days=days)
    ends = arrived.date() + timedelta(days=400) if status == LegalStatus.CONVICTED else None
    unit, message_id = at or a_unit(), f"prove-{next(_serial)}"
    content = MessageContent(
        type=MessageType.ARRIVAL if born else MessageType.BY_HAND,
        message_id=message_id,
        event_id=message_id,
        created_at=timezone.now(),
        numbers=frozenset([a_number(kind, born=born)] if born else []),
        name=("Prøve", "", f"{family}{next(_serial)}"),
        category=_CATEGORY_OF[status],
        place=CustodyPlace(unit.number, unit.name, unit.district),
        happened_at=arrived,
        dates=SentenceDates(start=arrived.date(), end=ends),
        digest="prove",
        sender=SERVICE if born else "",
    )
    with transaction.atomic():
        rebuild.lock_intake()
        return rebuild.rebuild(rebuild.new_row(content), by=Process("tests"), content=content).person


def a_mapper_and_a_person(**person) -> tuple[Staff, Person]:
    """Somebody who may hold the talk, and somebody of the same unit to hold it with. As ``an_account``, ``a_person``."""
    return an_account(), a_person(**person)
