"""At every start: the texts of the talk have words for every kind of recipient that can be asked about."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from brik.staff.models import OrganisationKind
from consent.texts import catalogue as texts


@register()
def every_kind_of_recipient_has_words(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each text of today that lacks a kind of organisation, or cannot be read; the start stops on any."""
    try:
        newest = texts.newest_of(texts.read(texts.FOLDER))
    except texts.TextError as error:
        return [Error(str(error), id="consent.E001")]
    return [
        Error(f"{kind} is missing in the consent text {name}.", id="consent.E002")
        for name, content in newest.items()
        for part in ("recipients", "withdrawal")
        for kind in OrganisationKind
        if kind not in content["body"][part]["kinds"]
    ]
