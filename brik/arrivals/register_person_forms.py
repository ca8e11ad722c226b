"""The form that registers somebody who has arrived without a message."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.arrivals.xml.categories import AS_WRITTEN, CATEGORIES
from brik.arrivals.xml.messages import SentenceDates
from brik.arrivals.xml.xml_times import OSLO
from brik.pages.forms import Choice, DateField, PageForm, Select, TextField, field_of
from brik.people.forms import _checked
from brik.people.identifiers import numbers
from brik.people.legal_status import LegalStatus
from brik.staff.models import Unit

NO_NUMBER = "INGEN"

KINDS = [*numbers.WRITTEN_KINDS, (NO_NUMBER, _("Nummeret er ikke kjent"))]

MAPPED_HERE = [
    (name, AS_WRITTEN.get(name, name)) for name, talk in CATEGORIES.items() if talk is not LegalStatus.NOT_MAPPED_HERE
]


class RegisterForm(PageForm):
    """Registers somebody who has arrived without a message from the service."""

    marks = "optional"
    kind = Choice(label=_("Hva slags nummer har personen?"), choices=KINDS, missing=_("Velg hva slags nummer"))
    number = TextField(
        label=_("Nummer"),
        max_length=60,
        number=True,
        conditional_on=("kind", {kind.value for kind in numbers.NumberKind}),
        missing=_("Skriv nummeret"),
    )
    given = TextField(label=_("Fornavn"), max_length=120, required=False, mark=False)
    middle = TextField(label=_("Mellomnavn"), max_length=120, required=False)
    family = TextField(
        label=_("Etternavn"),
        hint=_("Har personen bare ett navn, skriv det her."),
        max_length=120,
        required=False,
        mark=False,
    )
    unit = Select(label=_("Enhet"), missing=_("Velg enhet"))
    category = Select(label=_("Kategori"), choices=MAPPED_HERE, missing=_("Velg kategori"))
    arrived = DateField(label=_("Kom til enheten"), missing=_("Skriv datoen personen kom"))
    ends = DateField(label=_("Forventet løslatelse"), required=False)

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        choices = [("", _("Velg")), *((pk, unit.name) for pk, unit in self.units.items())]
        field_of(self, "unit", Select).choices = choices
        field_of(self, "arrived", DateField).latest = timezone.localdate()

    def clean_number(self) -> numbers.Number:
        return _checked(self.cleaned_data["kind"], self.cleaned_data["number"])

    def clean_ends(self) -> date | None:
        ends: date | None = self.cleaned_data["ends"]
        arrived: date | None = self.cleaned_data.get("arrived")
        if ends and arrived and ends < arrived:
            raise ValidationError(_("Løslatelsen kan ikke være før personen kom."), code="early")
        return ends

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        names = ("given", "middle", "family")
        if not any(cleaned.get(name) for name in names) and not any(name in self.errors for name in names):
            self.add_error("family", ValidationError(_("Skriv navnet. Ett navn er nok."), code="required"))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The arguments of :func:`brik.arrivals.actions.register`."""
        cleaned = self.cleaned_data
        return {
            "name": (cleaned["given"], cleaned["middle"], cleaned["family"]),
            "numbers": [cleaned["number"]] if cleaned["number"] else [],
            "unit": self.units[cleaned["unit"]],
            "category": cleaned["category"],
            "arrived_at": datetime.combine(cleaned["arrived"], time(), OSLO),
            "dates": SentenceDates(start=cleaned["arrived"], end=cleaned["ends"]),
        }
