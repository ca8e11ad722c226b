"""The small forms of an interview: its language, and the reason for correcting or opening it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from brik.definitions.languages import CHOICES
from brik.pages.forms import Choice, PageForm, TextArea, field_of


class BeginForm(PageForm):
    """The language the questions are read in."""

    language = Choice(
        label=_("Språk på spørsmålene"),
        choices=CHOICES,
        missing=_("Velg hvilket språk spørsmålene skal stå på."),
    )

    def __init__(self, *args: Any, languages: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usable = set(languages)
        field_of(self, "language", Choice).choices = [(code, label) for code, label in CHOICES if code in usable]


class ReasonForm(PageForm):
    """Why a final interview is corrected, or a restricted one read."""

    marks = "none"
    reason = TextArea(label=_("Hvorfor?"), max_length=500, missing=_("Skriv hvorfor."))
