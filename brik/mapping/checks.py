"""At every start: the forms and the pages know every kind of recipient and every type of question."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from brik.definitions.recipients import OrganisationKind
from brik.mapping.models import FormKind
from brik.mapping.pages.area import answer_fields
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.question_types.register import TYPES


@register()
def every_type_of_question_has_a_field(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each type that a person is to answer and no page can ask."""
    return [
        Error(f"The question type {code} has no field in {answer_fields.__name__}.", id="mapping.E001")
        for code, question_type in TYPES.items()
        if question_type.asked and not question_type.has_columns and type(question_type) not in answer_fields.FIELDS
    ]


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
