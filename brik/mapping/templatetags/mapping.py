"""How an answer is laid out where it is read."""

from __future__ import annotations

from django import template

from brik.mapping.questionnaire.question_types.register import TYPES

register = template.Library()


@register.filter
def in_rows(code: str) -> bool:
    """Whether an answer to this type of question is shown as rows of labels and texts."""
    return TYPES[code].has_columns
