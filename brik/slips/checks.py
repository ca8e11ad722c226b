"""At every start: the page of a slip has its words, in every language; in production, whether they are approved."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Info, register

from brik.definitions.strict_yaml import DefinitionError
from brik.slips import slip_words


@register()
def slip_has_its_words(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error where the file lacks something; told too, while its words may not be used here."""
    try:
        definition = slip_words.definition()
    except DefinitionError as error:
        return [Error(f"fixtures/slips: {error}.", id="slips.E001")]
    if definition.usable:
        return []
    return [
        Info(
            "The words of the slip to the health service are not approved: the page is not offered (fixtures/slips).",
            id="slips.I001",
        )
    ]
