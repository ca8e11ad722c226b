"""Made-up, plausible answers to a whole interview."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from brik.mapping.models import Mapping
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answers import clean, stored
from brik.mapping.questionnaire.question_types.date_types import DateType, MonthType
from brik.mapping.questionnaire.question_types.option_types import ManyOfType, OneOfType
from brik.mapping.questionnaire.question_types.text_types import IntegerType, LanguageType, MunicipalityType, TextType
from brik.mapping.questionnaire.structure import NO, Question, QuestionType, enabled
from followup.demo import register


def replies(mapping: Mapping, chance: random.Random) -> Iterator[tuple[str, dict[str, Any]]]:
    """The code and the answers of every area of the interview's form."""
    texts = register.read("replies.yaml")
    questionnaire = catalogue.get(mapping.kind, mapping.form_version)
    for area in questionnaire.areas:
        values: dict[str, Any] = {}
        for question in area.questions:
            link_ids = {other.link_id for other in enabled(area, values)}
            if question.link_id not in link_ids or not question.asked:
                continue
            reply = _reply(question, texts, chance)
            if reply is not None and chance.random() < 0.85:
                values[question.link_id] = clean(question, reply)
        shown = {question.link_id: question for question in enabled(area, values)}
        yield (
            area.code,
            {
                link_id: stored(shown[link_id], value, language="nb")
                for link_id, value in values.items()
                if link_id in shown
            },
        )


def _reply(question: Question, texts: dict[str, list[str]], chance: random.Random) -> Any:
    if question.immediate_help:
        return NO
    match question.type:
        case OneOfType():
            return chance.choice(question.options).code
        case ManyOfType():
            several = [option.code for option in question.options if not option.exclusive]
            return chance.sample(several, min(len(several), question.max_items or chance.choice([1, 2])))
        case TextType():
            return chance.choice(texts.get(question.link_id) or texts.get(str(question.theme)) or texts["ellers"])
        case DateType():
            return (timezone.localdate() + timedelta(days=chance.choice([14, 30, 90]))).isoformat()
        case MonthType():
            return (timezone.localdate() + timedelta(days=60)).isoformat()[:7]
    plain: dict[type[QuestionType], str] = {
        MunicipalityType: chance.choice(["0301", "4203", "3905"]),
        LanguageType: "nob",
        IntegerType: "1",
    }
    return plain.get(type(question.type))  # a type without a made-up reply is left unanswered
