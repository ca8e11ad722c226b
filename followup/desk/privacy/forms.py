"""The forms of the privacy pages: which events to show, and whose extract."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from brik.pages.forms import Choice, DateField, PageForm, Select, TextArea, TextField, field_of
from followup.desk.privacy.search import KINDS


class EventsForm(PageForm):
    """Which events to show, in the words people use. All may be left empty."""

    marks = "none"
    person = TextField(
        label=_("Person"),
        hint=_("Hele navnet, eller fødselsnummer, D-nummer eller DUF-nummer."),
        required=False,
        max_length=120,
        printed=False,
    )
    staff = TextField(
        label=_("Ansatt"), hint=_("Navn eller brukernavn."), required=False, max_length=120, printed=False
    )
    place = Select(label=_("Enhet eller mottaker"), empty=_("Alle"), required=False)
    kind = Select(label=_("Hva"), choices=list(KINDS.items()), empty=_("Alt"), required=False)
    since = DateField(label=_("Fra og med"), required=False)
    until = DateField(label=_("Til og med"), required=False)

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "place", Select).choices = [("", _("Alle")), *places]


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


class ExtractShape(StrEnum):
    """How everything about a person is given out."""

    PAPER = "papir"
    DATA = "data"
    SCREEN = "skjerm"


class ExtractForm(PageForm):
    """Why everything about a person is opened, and as what."""

    marks = "none"
    reason = TextArea(
        label=_("Hvorfor åpnes alt?"),
        hint=_("Grunnen blir stående i loggen. Skriv ikke navn eller svar."),
        max_length=500,
        missing=_("Skriv hvorfor."),
    )
    shape = Choice(
        label=_("Hva trenger du?"),
        choices=[
            (ExtractShape.PAPER.value, _("Papir å gi til personen (PDF)")),
            (ExtractShape.DATA.value, _("Data til et annet system (JSON)")),
            (ExtractShape.SCREEN.value, _("Lese på skjermen")),
        ],
        missing=_("Velg hva du trenger."),
    )
