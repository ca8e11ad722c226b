"""Whom to telephone when somebody needs help at once: a file of numbers, for every unit and each unit's own. It also
has the number by which a recipient reaches a unit's mappers. No Django here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from brik.definitions.strict_yaml import Entry, read

_NUMBER: Final = re.compile(r"\+?\d[\d ]{1,18}\d", re.ASCII)


class HelpContact(StrEnum):
    """Somebody to telephone, by the code that stands in the file and in events."""

    HEALTH_UNIT = "HELSE"
    DUTY_LEADER = "VAKTLEDER"
    EMERGENCY_DOCTOR = "LEGEVAKT"
    AMBULANCE = "AMK"


class YouthContact(StrEnum):
    """Who helps somebody under 18, by the code that stands in the file."""

    CHILD_WELFARE = "BARNEVERN"
    YOUTH_UNIT = "UNGDOMSENHET"


Contact = TypeVar("Contact", HelpContact, YouthContact)


@dataclass(frozen=True)
class HelpNumber(Generic[Contact]):
    """A telephone number, and who answers it."""

    who: Contact
    number: str


@dataclass(frozen=True)
class HelpNumbers:
    """The numbers of a file: for every unit, and by the unit's number its own."""

    everywhere: tuple[HelpNumber[HelpContact], ...]
    units: Mapping[str, tuple[HelpNumber[HelpContact], ...]]
    # For somebody under 18, where the file has them.
    youth: tuple[HelpNumber[YouthContact], ...] = ()
    # By the unit's number: where a recipient calls about what was shared with it.
    mappers: Mapping[str, str] = field(default_factory=dict)

    def of(self, unit: str) -> tuple[HelpNumber[HelpContact], ...]:
        """The numbers of a unit, its own first; one of its own stands instead of the common one."""
        own = self.units.get(unit, ())
        known = {number.who for number in own}
        return own + tuple(number for number in self.everywhere if number.who not in known)


@cache
def load(path: Path) -> HelpNumbers:
    """The numbers in a file.

    Raises:
        DefinitionError: unknown keys, somebody who is none of :class:`HelpContact`, or a number that is none.
    """
    top = read(path).mapping(required=("everywhere", "units"), optional=("youth", "mappers"))
    units = {number: _numbers(entry, HelpContact) for number, entry in top["units"].mapping(optional=None).items()}
    everywhere = _numbers(top["everywhere"], HelpContact)
    if not everywhere:
        raise top["everywhere"].error("at least one number that holds everywhere is expected here")
    youth = _numbers(top["youth"], YouthContact) if "youth" in top else ()
    mappers = {unit: _number(entry) for unit, entry in _mapping(top, "mappers").items()}
    return HelpNumbers(everywhere, MappingProxyType(units), youth, MappingProxyType(mappers))


def _numbers(entry: Entry, contacts: type[Contact]) -> tuple[HelpNumber[Contact], ...]:
    numbers: list[HelpNumber[Contact]] = []
    for item in entry.items():
        found = item.mapping(required=("who", "number"))
        who, number = found["who"].text(), _number(found["number"])
        if who not in list(contacts) or who in {known.who for known in numbers}:
            raise found["who"].error(f"who is one of {', '.join(contacts)}, and stands once")
        numbers.append(HelpNumber(contacts(who), number))
    return tuple(numbers)


def _mapping(top: Mapping[str, Entry], name: str) -> Mapping[str, Entry]:
    return top[name].mapping(optional=None) if name in top else {}


def _number(entry: Entry) -> str:
    number = entry.text()
    if not _NUMBER.fullmatch(number):
        raise entry.error("a telephone number of digits and spaces is expected here")
    return number
