"""At every start: the forms know every kind of recipient."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from brik.definitions.recipients import OrganisationKind
from brik.mapping.models import FormKind
from brik.mapping.questionnaire import catalogue


@register()
def every_kind_of_recipient_is_told_something(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each kind that no question is meant for: nobody would ever be asked about it."""
    questions = [question for form in FormKind for question in catalogue.get(form).questions()]
    return [
        Error(
            f"No question of the newest forms may be told to {kind}: none has {kind.entry.letter} in its del list.",
            id="mapping.E002",
        )
        for kind in OrganisationKind
        if not any(question.meant_for(kind.entry.letter) for question in questions)
    ]
