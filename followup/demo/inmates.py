"""About sixty made-up people and the messages about them. The same seed and day give the same people."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from brik.people.identifiers.numbers import with_check_digits
from followup.demo import messages, register

SEED = 20260101
OWN_IDS = uuid.UUID("6f9619ff-8b86-d011-b42d-00c04fc964ff")
# How many of each category in each unit; the last is in custody without being mapped here.
CATEGORIES = {
    "0501": ["Forvaring"] * 2 + ["Ubetinget"] * 19 + ["Boetesoning"] + ["Varetekt"] * 10 + ["Foregrepet Soning"],
    "0931": ["Forvaring"] + ["Ubetinget"] * 11 + ["Varetekt"] * 4 + ["Soning etter § 16 1. ledd"],
    "0502": ["Ubetinget"] * 6 + ["Varetekt"] * 3 + ["Samfunnstraff"],
}


@dataclass
class Inmate:
    """One made-up person, as in the messages."""

    serial: int
    unit: dict[str, str]
    category: str
    given: str
    middle: str
    family: str
    born: date
    woman: bool
    arrived: datetime
    dates: dict[str, date] = field(default_factory=dict)
    number: str = ""
    duf: str = ""

    def metadata(self, event: str, at: datetime, **other: Any) -> dict[str, object]:
        """The ``Metadata`` of a message about this person."""
        own = uuid.uuid5(OWN_IDS, f"{self.serial}/{event}")
        return {
            "MeldingsId": str(own),
            "HendelseId": str(uuid.uuid5(own, "hendelse")),
            "HendelseOpprettetTid": at.isoformat(),
            "DUF": self.duf or None,
            "Fornavn": self.given,
            "Mellomnavn": self.middle or None,
            "Etternavn": self.family,
            "Fnr": self.number or None,
            "Kjoenn": "K" if self.woman else "M",
            "InnsattKategori": self.category,
            "ErIAnstalt": True,
            **other,
        }


def everyone(today: date) -> list[Inmate]:
    """All made-up people, in a fixed order."""
    chance = random.Random(SEED)  # noqa: S311 - made-up people, not secrets
    names = register.read("names.yaml")
    units = {unit["number"]: unit for unit in register.read("units.yaml")}
    people: list[Inmate] = []
    for number, categories in CATEGORIES.items():
        for category in categories:
            people.append(_someone(chance, names, units[number], category, serial=1001 + len(people), today=today))
    remand = [someone for someone in people if someone.category == "Varetekt"]
    # One is under eighteen, two have a D-number and a DUF number, and one has a DUF number only.
    remand[0].born = date(today.year - 17, 12, 31)
    remand[0].number = _number(chance, remand[0].born, woman=remand[0].woman)
    for someone in remand[3:5]:
        someone.number = _number(chance, someone.born, woman=someone.woman, d_number=True)
        someone.duf = _duf(someone.serial)
    remand[5].number, remand[5].duf = "", _duf(remand[5].serial)
    return people


def stream(today: date) -> Iterator[bytes]:
    """Every message, in the order of arrival."""
    people = everyone(today)
    for someone in people:
        about = someone.metadata("inntak", someone.arrived)
        yield messages.arrival(about, unit=someone.unit, arrived=someone.arrived.date(), dates=someone.dates)
    yield from _what_happened_later(people, today)


def _what_happened_later(people: list[Inmate], today: date) -> Iterator[bytes]:
    in_oslo = [someone for someone in people if someone.unit["number"] == "0501"]
    convicted = [someone for someone in in_oslo if someone.category == "Ubetinget"]
    froland = next(someone.unit for someone in people if someone.unit["number"] == "0931")
    yesterday = datetime.combine(today - timedelta(days=1), time(13, 15))

    counted_again = convicted[-1]
    longer = counted_again.dates | {"EndtTid": counted_again.dates["EndtTid"] + timedelta(days=45)}
    yield messages.new_dates(counted_again.metadata("datoer", yesterday), dates=longer)

    moved = convicted[-2]
    yield messages.transfer(moved.metadata("flytting", yesterday), arrived=yesterday, unit=froland)

    released = convicted[-3]
    yield messages.release(released.metadata("ut", yesterday), at=yesterday, unit=released.unit)

    # The person gets a national number; the DUF number shows that it is the same person.
    with_both = next(someone for someone in in_oslo if someone.duf and someone.number)
    chance = random.Random(SEED + 1)  # noqa: S311 - made-up people, not secrets
    national = _number(chance, with_both.born, woman=with_both.woman)
    yield messages.person_information(with_both.metadata("nummer", yesterday, Fnr=national))

    # The message joins two known people. Only a leader can decide that, so it waits.
    another = [someone for someone in in_oslo if someone.duf][-1]
    yield messages.person_information(another.metadata("blanding", yesterday, Fnr=convicted[0].number))


def _someone(
    chance: random.Random, names: dict[str, list[str]], unit: dict[str, str], category: str, *, serial: int, today: date
) -> Inmate:
    woman = unit["number"] == "0502" or chance.random() < 0.03
    born = date(today.year - chance.choice([*range(19, 40)] * 2 + [*range(40, 66)]), 1, 1)
    born += timedelta(days=chance.randrange(0, 360))
    days_here = chance.choice([1, 2, 4, 5, 9, 12, 20, 33, 48, 70, 95, 130, 180, 240, 310])
    someone = Inmate(
        serial=serial,
        unit=unit,
        category=category,
        given=chance.choice(names["women" if woman else "men"]),
        middle=chance.choice(names["middle"]),
        family=chance.choice(names["family"]),
        born=born,
        woman=woman,
        arrived=datetime.combine(today - timedelta(days=days_here), time(chance.randrange(8, 20), 10 * (serial % 6))),
    )
    someone.dates = _sentence(chance, category, someone.arrived.date(), today)
    someone.number = _number(chance, born, woman=woman)
    return someone


def _number(chance: random.Random, born: date, *, woman: bool, d_number: bool = False) -> str:
    """A synthetic national number (month + 80), or D-number (also day + 40), with its check digits."""
    first, last = (500, 998) if born.year >= 2000 else (0, 498)
    day = born.day + (40 if d_number else 0)
    while True:
        individual = chance.randrange(first, last, 2) + (0 if woman else 1)
        made = with_check_digits(f"{day:02d}{born.month + 80:02d}{born.year % 100:02d}{individual:03d}")
        if made:
            return made


def _duf(serial: int) -> str:
    made = with_check_digits(f"2025{serial:06d}")
    assert made is not None  # noqa: S101 - such a stem always has its check digits
    return made


def _sentence(chance: random.Random, category: str, start: date, today: date) -> dict[str, date]:
    if category in {"Varetekt", "Foregrepet Soning"}:
        return {"FraDato": start, "TilDato": today + timedelta(days=chance.choice([6, 13, 20, 27]))}
    if category == "Forvaring":
        return {"StartDato": start, "MinsteDato": start + timedelta(days=365 * 6), "MaksDato": start + timedelta(3650)}
    served = (today - start).days
    days = served + chance.choice([12, 25, 40, 75, 120, 200, 365, 540, 900, 1500, 2600])
    return {
        "StartDato": start,
        "EnTredjedelsTid": start + timedelta(days=days // 3),
        "HalvTid": start + timedelta(days=days // 2),
        "ToTredjedelsTid": start + timedelta(days=2 * days // 3),
        "EndtTid": start + timedelta(days=days),
    }
