"""How an answer is laid out where it is read."""

from __future__ import annotations

from django import template

from brik.mapping.models import Renewed
from brik.mapping.questionnaire.answer_sources import SourceKind, source_in_words
from brik.mapping.questionnaire.question_types.register import TYPES
from brik.mapping.questionnaire.stored_answers import WalkedAnswer
from brik.mapping.record.interviews import Mapping
from brik.mapping.record.promised_tasks import first_of
from brik.tasks.task_list import ToldLine, told

register = template.Library()


@register.inclusion_tag("mapping/_told.html")
def who_was_told(mapping: Mapping) -> dict[str, list[ToldLine]]:
    """Whom an answer of this interview has made the program tell, while it is not done."""
    return {"told_lines": told(mapping.person, first_of(mapping))}


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
