"""Interviews drawn at random, with answers each question may hold."""

import json
from random import Random

from hypothesis import strategies as st

from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answers import stored
from brik.mapping.questionnaire.question_types.option_types import OneOfType
from brik.mapping.questionnaire.stored_answers import DECLINED

FORMS = {form: catalogue.get(form) for form in ("domfelt", "varetekt")}


def some_value(question, chance: Random):
    codes = [option.code for option in question.choices]
    if question.type.code == "group":
        rows = [
            {column.link_id: some_value(column, chance) for column in question.fields if chance.random() < 0.8}
            for _ in range(chance.randint(1, 3))
        ]
        return [row for row in rows if row] or [{question.fields[0].link_id: some_value(question.fields[0], chance)}]
    if question.type.code in ("multichoice", "rank"):
        several = [option.code for option in question.choices if not option.exclusive]
        alone = [option.code for option in question.choices if option.exclusive]
        if alone and chance.random() < 0.2:
            return [chance.choice(alone)]
        return chance.sample(several, min(len(several), chance.randint(1, question.max_items or 3)))
    if codes and (isinstance(question.type, OneOfType) or chance.random() < 0.1):
        return chance.choice(codes)
    plain = {
        "integer": chance.randint(1, 20),
        "date": "2026-05-03",
        "month": "2026-05",
        "municipality": chance.choice(["0301", "4204"]),
        "language": "nob",
    }
    return plain.get(question.type.code, "fritekst")


def some_source(chance: Random):
    """Any source an answer is stored with; of old ones, also confirmed without by whom or when."""
    source = chance.choice(["", "self", "note", "confirmed", "confirmed", "third_party:NAV"])
    told = {"confirmed_by": "leiekontrakten", "confirmed_on": "2026-05-03"}
    if source == "confirmed" and chance.random() < 0.4:
        told = dict(chance.sample(sorted(told.items()), chance.randint(0, 1)))
    return {"source": source, "confirmation": told if source == "confirmed" else {}}


def drawn(form: str, seed: int):
    """An interview of this form, filled at random: areas untouched, declined, half answered; branches left behind."""
    chance = Random(seed)
    questionnaire = FORMS[form]
    sections = {}
    for area in questionnaire.areas:
        if chance.random() < 0.3:
            continue
        answers = {
            question.link_id: stored(
                question,
                some_value(question, chance),
                language=chance.choice(["nb", "nb", "ar"]),
                **some_source(chance),
            )
            for question in area.questions
            if question.type.asked and chance.random() < 0.7
        }
        sections[area.code] = {"language": "nb", "answers": json.loads(json.dumps(answers))}
        if chance.random() < 0.1:
            sections[area.code]["state"] = DECLINED
    return questionnaire, sections


interviews = st.tuples(st.sampled_from(sorted(FORMS)), st.integers(0, 2**32))
