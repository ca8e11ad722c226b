"""Start-up checks: everything that can be late has its spans."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from brik.definitions.strict_yaml import DefinitionError
from followup.sharing.delivery.late_spans import spans


@register()
def everything_late_has_its_span(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error when the file of spans lacks a kind, names an unknown one, or tells the officer before the unit."""
    try:
        spans()
    except DefinitionError as error:
        return [Error(str(error), id="sharing.E001")]
    return []
