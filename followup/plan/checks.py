"""At every start: the rules and reasons of needs fit the questionnaires and are whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.checks import CheckMessage, Error, register

from brik.definitions.strict_yaml import DefinitionError
from followup.plan.catalogue.need_reasons import reasons
from followup.plan.catalogue.need_rules import rules


@register()
def catalogues_are_whole(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each file of ``fixtures/plan`` that is wrong, with line and reason."""
    reads: dict[str, Callable[[], object]] = {"plan.E001": rules, "plan.E002": reasons}
    errors: list[CheckMessage] = []
    for name, read in reads.items():
        try:
            read()
        except DefinitionError as error:
            errors.append(Error(f"fixtures/plan: {error}.", id=name))
    return errors
