"""Every type of question, by its name in the files. No Django here.

A new type is a class in a file beside this one and its line here. ``brik/mapping/pages/area/answer_fields.py`` says how
a page asks it; a start-up check names a type that lacks its field.
"""

from typing import Final

from brik.mapping.questionnaire.question_types.date_types import DateType, MonthType
from brik.mapping.questionnaire.question_types.group_types import GroupType, InfoType
from brik.mapping.questionnaire.question_types.option_types import (
    BooleanType,
    ChoiceType,
    IntervalType,
    MultichoiceType,
    RankType,
    ScaleType,
)
from brik.mapping.questionnaire.question_types.text_types import IntegerType, LanguageType, MunicipalityType, TextType
from brik.mapping.questionnaire.structure import QuestionType

TYPES: Final[dict[str, QuestionType]] = {
    question_type.code: question_type
    for question_type in (
        BooleanType(),
        ChoiceType(),
        ScaleType(),
        IntervalType(),
        MultichoiceType(),
        RankType(),
        TextType(),
        IntegerType(),
        MunicipalityType(),
        LanguageType(),
        DateType(),
        MonthType(),
        GroupType(),
        InfoType(),
    )
}
