"""Forms about people in custody: numbers, names, protection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from brik.pages.forms import Choice, MultiChoice, PageForm, Select, TextArea, TextField, field_of
from brik.people.identifiers import numbers
from brik.people.protection import AddressGrade, Restriction
from brik.staff.accounts import Staff


class AddNumberForm(PageForm):
    """Another number of a registered person."""

    marks = "none"
    kind = Choice(label=_("Hva slags nummer?"), choices=numbers.WRITTEN_KINDS, missing=_("Velg hva slags nummer"))
    number = TextField(label=_("Nummer"), max_length=60, number=True, missing=_("Skriv nummeret"))

    def clean_number(self) -> numbers.Number | None:
        kind = self.cleaned_data.get("kind")
        return _checked(kind, self.cleaned_data["number"]) if kind else None


class AddNameForm(PageForm):
    """An alias of a person."""

    marks = "none"
    alias = TextField(
        label=_("Navn"),
        hint=_("Tidligere navn eller kallenavn som personen er kjent under."),
        max_length=120,
        missing=_("Skriv navnet"),
    )


def _checked(kind: str, written: str) -> numbers.Number:
    """The number that was typed. Raises ``ValidationError`` with a sentence that does not repeat it."""
    return numbers.check(numbers.NumberKind(kind), written, synthetic_allowed=settings.SYNTHETIC_PEOPLE_ALLOWED)


class ProtectionForm(PageForm):
    """Restrictions from the court, and the address grade."""

    marks = "none"
    address_grade = Choice(
        label=_("Er adressen gradert?"),
        hint=_("En gradert adresse vises ikke, og den sendes aldri ut av BRIK."),
        choices=[("INGEN", AddressGrade.OPEN.label), *((g.value, g.label) for g in AddressGrade if g.value)],
    )
    restrictions = MultiChoice(label=_("Restriksjoner"), choices=Restriction.choices, required=False)
    note = TextArea(
        label=_("Merknad"),
        max_length=500,
        required=False,
        avoid=_("Skriv ikke om siktelsen, saken eller helse."),
    )

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        grade = data["address_grade"]
        return {**data, "address_grade": "" if grade == "INGEN" else grade}


class PlacementForm(PageForm):
    """In which ward somebody lives, and who is their contact officer."""

    marks = "none"
    ward = TextField(
        label=_("Avdeling og celle"),
        hint=_("Slik enheten skriver det, for eksempel «B 214». Skriv ikke noe om personen."),
        max_length=20,
        required=False,
    )
    contact_officer = Select(label=_("Kontaktbetjent"), required=False)

    def __init__(self, *args: Any, officers: Iterable[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officers = {str(officer.pk): officer for officer in officers}
        names = ((pk, officer.name) for pk, officer in self.officers.items())
        field_of(self, "contact_officer", Select).choices = [("", _("Ikke bestemt")), *names]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        return {"ward": data["ward"], "contact_officer": self.officers.get(data["contact_officer"])}
