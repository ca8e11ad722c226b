"""The forms of the privacy pages: which events to show, and whose extract."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from brik.pages.forms import DateField, PageForm, TextField


class EventsForm(PageForm):
    """Which events to show. All may be left empty."""

    marks = "none"
    person = TextField(label=_("Personkode"), required=False, max_length=60, printed=False)
    ansatt = TextField(label=_("Brukernavn"), required=False, max_length=60, printed=False)
    fra = DateField(label=_("Fra og med"), required=False, hint="")
    til = DateField(label=_("Til og med"), required=False, hint="")

    def clean_person(self) -> UUID | None:
        written = self.cleaned_data["person"].strip()
        try:
            return UUID(written) if written else None
        except ValueError:
            raise forms.ValidationError(_("Dette er ikke en personkode.")) from None


class NumberForm(PageForm):
    """The number of the person who asks for an extract."""

    marks = "none"
    number = TextField(
        label=_("Fødselsnummer, D-nummer eller DUF-nummer"),
        hint=_("Nummeret til den som ber om innsyn."),
        missing=_("Skriv nummeret."),
        number=True,
        max_length=60,
    )
