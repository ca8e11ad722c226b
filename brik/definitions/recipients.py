"""The kinds of organisation something can be shared with: one entry for each, from which everything else follows.

The order of the entries is the order in which a person is asked about them. No Django here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any


def gettext_noop(text: str) -> str:
    """Marks a text for translation; the page that shows it translates it."""
    return text


class ServedPlace(Enum):
    """Which municipality of a person decides the organisation that serves them."""

    REGISTERED = "registered"
    ACTUAL = "actual"
    # The prison unit alone decides.
    NO_MUNICIPALITY = "none"


@dataclass(frozen=True, kw_only=True)
class RecipientEntry:
    """What the house must know of a kind of recipient before anybody can be asked about it."""

    # Stands in rows and addresses, and names the kind in the consent texts.
    code: str
    # Stands in the ``del`` lists of the questionnaires.
    letter: str
    # What staff call it, and what an inmate does, whatever the organisation itself is called.
    staff_label: str
    inmate_label: str
    place: ServedPlace = ServedPlace.NO_MUNICIPALITY
    # Whether it can be sent signed messages; every other kind reads in the inbox.
    takes_messages: bool = False


class OrganisationKind(StrEnum):
    """A kind of recipient, by its code."""

    _value_: str
    entry: RecipientEntry

    # An entry here; typed as anything, since mypy holds ``OrganisationKind("KODA")`` to this signature too.
    def __new__(cls, entry: Any) -> OrganisationKind:
        """The member is its code, as rows keep it; the rest of the entry goes with it."""
        member = str.__new__(cls, entry.code)
        member._value_ = entry.code
        member.entry = entry
        return member

    CASE_SYSTEM = RecipientEntry(
        code="KODA",
        # No letter of its own: it gets every question of a permitted theme that any kind gets.
        letter="KODA",
        staff_label=gettext_noop("Saksbehandlingssystemet"),
        inmate_label=gettext_noop("Kriminalomsorgens saksbehandlingssystem (KODA)"),
        takes_messages=True,
    )
    NAV_STATE = RecipientEntry(
        code="NAV_STAT",
        letter="N",
        staff_label=gettext_noop("NAV (statlig)"),
        inmate_label=gettext_noop("NAV (statlig)"),
        place=ServedPlace.REGISTERED,
    )
    NAV_MUNICIPAL = RecipientEntry(
        code="NAV_KOMMUNE",
        letter="K",
        staff_label=gettext_noop("NAV (kommunal)"),
        inmate_label=gettext_noop("NAV (kommunal)"),
        place=ServedPlace.ACTUAL,
    )
    HEALTH = RecipientEntry(
        code="HELSE",
        letter="H",
        staff_label=gettext_noop("Helsetjenesten"),
        inmate_label=gettext_noop("Helsetjenesten"),
    )
    SCHOOL = RecipientEntry(
        code="SKOLE",
        letter="S",
        staff_label=gettext_noop("Skolen i fengselet"),
        inmate_label=gettext_noop("Skolen"),
    )
    PROBATION = RecipientEntry(
        code="FRIOMSORG",
        letter="F",
        staff_label=gettext_noop("Friomsorgen"),
        inmate_label=gettext_noop("Friomsorgen"),
    )


def flaws(kinds: Iterable[OrganisationKind]) -> Iterator[str]:
    """What the entries lack, or say twice, one sentence each."""
    entries = {kind.name: kind.entry for kind in kinds}
    for name, entry in entries.items():
        for field in ("code", "letter", "staff_label", "inmate_label"):
            if not getattr(entry, field):
                yield f"The kind of recipient {name} has no {field}."
        for other, known in entries.items():
            if other < name and known.letter == entry.letter:
                yield f"The kinds of recipient {other} and {name} have the same letter."
