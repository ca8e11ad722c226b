"""The search form of the worklist."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from brik.pages.forms import PageForm, TextField


class SearchForm(PageForm):
    """A name or a number."""

    marks = "none"
    q = TextField(
        label=_("Søk etter navn eller nummer"),
        hint=_("Hele eller deler av navnet, eller hele nummeret."),
        missing=_("Skriv et navn eller et nummer å søke etter."),
        min_length=2,
        printed=False,
        max_length=None,
        error_messages={"min_length": _("Skriv minst to tegn.")},
    )
