"""How an answer is laid out where it is read."""

from __future__ import annotations

from django import template

from brik.mapping.models import Renewed
from brik.mapping.questionnaire.answer_sources import SourceKind, source_in_words
from brik.mapping.questionnaire.question_types.register import TYPES
from brik.mapping.questionnaire.stored_answers import WalkedAnswer

register = template.Library()


@register.filter
def in_rows(code: str) -> bool:
    """Whether an answer to this type of question is shown as rows of labels and texts."""
    return TYPES[code].has_columns


@register.filter
def renewed_words(code: str) -> str:
    """What the person said of the answers of the interview before."""
    return str(Renewed(code).label)


@register.filter
def source_line(answer: WalkedAnswer) -> str:
    """Where an answer comes from, in its language; empty for the person's own words, as the page says once above."""
    return "" if answer.source.kind is SourceKind.SELF else source_in_words(answer.source, answer.language)
