"""The register of kinds of recipient, one entry each. Forms, checks, labels and wording follow from it.

The talk asks about them in this order. No Django here.
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
    """Which municipality of a person decides which organisation serves them."""

    REGISTERED = "registered"
    ACTUAL = "actual"
    # The prison unit alone decides.
    NO_MUNICIPALITY = "none"


@dataclass(frozen=True, kw_only=True)
class RecipientEntry:
    """The facts about a kind of recipient."""

    # Used in rows and addresses, and in the consent texts.
    code: str
    # Used in the ``del`` lists of the questionnaires.
    letter: str
    # The label for staff and for inmates, whatever the organisation's own name is.
    staff_label: str
    inmate_label: str
    place: ServedPlace = ServedPlace.NO_MUNICIPALITY
    # Whether it can receive signed messages; every other kind reads in the inbox.
    takes_messages: bool = False
    # What stands as ``senderOrganization`` in the envelope of its own messages, by the sector's list of organisations.
    sender: str = ""


class OrganisationKind(StrEnum):
    """A kind of recipient, by its code."""

    _value_: str
    entry: RecipientEntry

    # Takes an entry. Typed as Any because mypy checks ``OrganisationKind("KODA")`` against this signature too.
    def __new__(cls, entry: Any) -> OrganisationKind:
        """The member's value is the code, as stored in rows; ``entry`` holds the rest."""
        member = str.__new__(cls, entry.code)
        member._value_ = entry.code
        member.entry = entry
        return member

    CASE_SYSTEM = RecipientEntry(
        code="KODA",
        # Not in the ``del`` lists: it gets every question of a permitted theme that any kind gets.
        letter="KODA",
        staff_label=gettext_noop("Saksbehandlingssystemet"),
        inmate_label=gettext_noop("Kriminalomsorgens saksbehandlingssystem (KODA)"),
        takes_messages=True,
        sender="KRIMINALOMSORGEN",
    )
    NAV_STATE = RecipientEntry(
        code="NAV_STAT",
        letter="N",
        staff_label=gettext_noop("NAV (statlig)"),
        inmate_label=gettext_noop("NAV: jobb og trygd"),
        place=ServedPlace.REGISTERED,
    )
    NAV_MUNICIPAL = RecipientEntry(
        code="NAV_KOMMUNE",
        letter="K",
        staff_label=gettext_noop("NAV (kommunal)"),
        inmate_label=gettext_noop("NAV i kommunen: bolig og sosialhjelp"),
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
    """One sentence for each missing value and each repeated letter of the entries."""
    entries = {kind.name: kind.entry for kind in kinds}
    for name, entry in entries.items():
        for field in ("code", "letter", "staff_label", "inmate_label"):
            if not getattr(entry, field):
                yield f"The kind of recipient {name} has no {field}."
        if entry.takes_messages != bool(entry.sender):
            yield f"The kind of recipient {name} needs a sender if it takes messages, and else has none."
        for other, other_entry in entries.items():
            if other < name and other_entry.letter == entry.letter:
                yield f"The kinds of recipient {other} and {name} have the same letter."
