"""Forms about people in custody, and about who is approved as a mapper."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.pages.forms import Choice, DateField, MultiChoice, PageForm, Select, TextArea, TextField
from brik.people import numbers
from brik.people.categories import AS_WRITTEN, CATEGORIES, LegalStatus
from brik.people.messages import Dates
from brik.people.models import Post, Unit
from brik.people.moments import OSLO
from brik.people.protection import AddressGrade, Restriction

NO_NUMBER = "INGEN"
KINDS = [*numbers.LABELS.items(), (NO_NUMBER, _("Nummeret er ikke kjent"))]
MAPPED_HERE = [
    (name, AS_WRITTEN.get(name, name)) for name, talk in CATEGORIES.items() if talk is not LegalStatus.NOT_MAPPED_HERE
]


class RegisterForm(PageForm):
    """Somebody who has arrived and of whom no message has come."""

    marks = "optional"
    kind = Choice(label=_("Hva slags nummer har personen?"), choices=KINDS, missing=_("Velg hva slags nummer"))
    number = TextField(
        label=_("Nummer"),
        max_length=20,
        conditional_on=("kind", {kind.value for kind in numbers.Kind}),
        missing=_("Skriv nummeret"),
    )
    given = TextField(label=_("Fornavn"), max_length=120, missing=_("Skriv fornavnet"))
    middle = TextField(label=_("Mellomnavn"), max_length=120, required=False)
    family = TextField(label=_("Etternavn"), max_length=120, missing=_("Skriv etternavnet"))
    unit = Select(label=_("Enhet"), missing=_("Velg enhet"))
    category = Select(label=_("Kategori"), choices=MAPPED_HERE, missing=_("Velg kategori"))
    arrived = DateField(label=_("Kom til enheten"), missing=_("Skriv datoen personen kom"))
    ends = DateField(label=_("Forventet løslatelse"), required=False)

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        self.fields["unit"].choices = [("", _("Velg")), *((pk, unit.name) for pk, unit in self.units.items())]  # type: ignore[attr-defined]
        self.fields["arrived"].latest = timezone.localdate()  # type: ignore[attr-defined]
        self.fields["arrived"].earliest = date(1950, 1, 1)  # type: ignore[attr-defined]

    def clean_number(self) -> numbers.Number:
        return _checked(self.cleaned_data["kind"], self.cleaned_data["number"])

    def clean_ends(self) -> date | None:
        ends, arrived = self.cleaned_data["ends"], self.cleaned_data.get("arrived")
        if ends and arrived and ends < arrived:
            raise ValidationError(_("Løslatelsen kan ikke være før personen kom."), code="early")
        return ends

    def values(self) -> dict[str, Any]:
        """What :func:`brik.people.actions.register` takes."""
        told = self.cleaned_data
        return {
            "name": (told["given"], told["middle"], told["family"]),
            "numbers": [told["number"]] if told["number"] else [],
            "unit": self.units[told["unit"]],
            "category": told["category"],
            "arrived_at": datetime.combine(told["arrived"], time(), OSLO),
            "dates": Dates(start=told["arrived"], end=told["ends"]),
        }


class AddNumberForm(PageForm):
    """Another number of somebody who is known already."""

    marks = "none"
    kind = Choice(label=_("Hva slags nummer?"), choices=[*numbers.LABELS.items()], missing=_("Velg hva slags nummer"))
    number = TextField(label=_("Nummer"), max_length=20, missing=_("Skriv nummeret"))

    def clean_number(self) -> numbers.Number | None:
        kind = self.cleaned_data.get("kind")
        return _checked(kind, self.cleaned_data["number"]) if kind else None


class AddNameForm(PageForm):
    """Another name somebody goes by."""

    marks = "none"
    alias = TextField(
        label=_("Navn"),
        hint=_("Tidligere navn eller kallenavn som personen er kjent under."),
        max_length=120,
        missing=_("Skriv navnet"),
    )


def _checked(kind: str, written: str) -> numbers.Number:
    """The number that was typed. Raises ``ValidationError`` with a sentence that does not repeat it."""
    try:
        return numbers.check(numbers.Kind(kind), written, synthetic_allowed=settings.SYNTHETIC_PEOPLE_ALLOWED)
    except numbers.NumberError as error:
        raise ValidationError(str(error), code="number") from None


class ProtectionForm(PageForm):
    """Restrictions from the court, and how the address is graded."""

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
        told = self.cleaned_data
        grade = told["address_grade"]
        return {**told, "address_grade": "" if grade == "INGEN" else grade}


class ApprovalForm(PageForm):
    """That a mapper of the unit is trained and approved."""

    marks = "optional"
    post = Select(label=_("Hvem"), missing=_("Velg hvem du godkjenner"))
    since = DateField(label=_("Fra og med"), missing=_("Skriv fra hvilken dato"))
    until = DateField(label=_("Til"), hint=_("Godkjenningen gjelder til, men ikke med, denne datoen."), required=False)

    def __init__(self, *args: Any, posts: list[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        choices = [(pk, f"{post.staff.name}, {post.unit.name}") for pk, post in self.posts.items() if post.unit]
        self.fields["post"].choices = [("", _("Velg")), *choices]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Post:
        return self.posts[self.cleaned_data["post"]]

    @property
    def unit(self) -> Unit:
        """A mapper's post always has one; the database sees to it."""
        unit = self.chosen.unit
        if unit is None:
            raise TypeError("a mapper's post without a unit")
        return unit
