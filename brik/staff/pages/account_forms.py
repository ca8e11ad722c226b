"""Forms of the system keeper: accounts, passwords and posts."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.forms import PasswordInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.pages.forms import DateField, LastDayField, PageForm, Select, TextField, field_of
from brik.staff.accounts import UNIT_ROLES
from brik.staff.models import Organisation, Role, Unit

USERNAME = RegexValidator(r"^[a-zæøå0-9][a-zæøå0-9.-]*\Z", _("Bruk små bokstaver, tall, punktum og bindestrek."))


class NewPassword(PageForm):
    """A password that follows the rules, not shown while it is typed."""

    marks = "none"
    password = TextField(
        label=_("Nytt passord"),
        max_length=200,
        strip=False,
        printed=False,
        hint=_("Minst 12 tegn."),
        missing=_("Skriv et passord"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget = PasswordInput(attrs={"autocomplete": "new-password"})

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class AccountForm(NewPassword):
    marks = "optional"
    username = TextField(label=_("Brukernavn"), max_length=60, missing=_("Skriv et brukernavn"), validators=[USERNAME])
    name = TextField(label=_("Navn"), max_length=120, missing=_("Skriv navnet"))
    organisation = Select(
        label=_("Organisasjon"), hint=_("Bare for samarbeidsparter utenfor kriminalomsorgen."), required=False
    )
    field_order = ["username", "name", "organisation", "password"]

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(row.pk): row for row in organisations}
        field_of(self, "organisation", Select).choices = [
            ("", _("Ingen, ansatt i kriminalomsorgen")),
            *((pk, row.name) for pk, row in self.organisations.items()),
        ]

    def values(self) -> dict[str, Any]:
        return {**self.cleaned_data, "organisation": self.organisations.get(self.cleaned_data["organisation"])}


class PostForm(PageForm):
    marks = "optional"
    role = Select(label=_("Rolle"), choices=Role.choices, missing=_("Velg rolle"))
    unit = Select(
        label=_("Enhet"),
        conditional_on=("role", UNIT_ROLES),
        missing=_("Velg enhet"),
    )
    since = DateField(label=_("Fra og med"), missing=_("Skriv fra hvilken dato"))
    until = LastDayField(
        label=_("Til og med"), hint=_("Siste dag i stillingen. La stå tom for en fast stilling."), required=False
    )

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"since": timezone.localdate()})
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        choices = [("", _("Velg")), *((pk, unit.name) for pk, unit in self.units.items())]
        field_of(self, "unit", Select).choices = choices

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {**data, "role": Role(data["role"]), "unit": self.units.get(data["unit"])}
