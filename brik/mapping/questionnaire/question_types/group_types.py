"""A repeating group of questions, and a text that is only read. No Django here."""

from collections.abc import Mapping, Sequence
from typing import Any

from brik.mapping.questionnaire.question_types.cleaning import Unacceptable, clean
from brik.mapping.questionnaire.structure import Question, QuestionType, ValueKind


class GroupType(QuestionType):
    """Rows of answers to the same questions."""

    code = "group"
    value_kind = ValueKind.ROWS
    takes_several = True
    no_answer = False
    has_columns = True

    def clean(self, question: Question, raw: Any) -> list[dict[str, Any]] | None:
        if raw is None:
            return None
        if not isinstance(raw, Sequence) or isinstance(raw, str):
            raise Unacceptable("not_text")
        rows = []
        for item in raw:
            if not isinstance(item, Mapping) or not set(item) <= {column.link_id for column in question.fields}:
                raise Unacceptable("not_an_option")
            row = {column.link_id: clean(column, item.get(column.link_id)) for column in question.fields}
            if any(value is not None for value in row.values()):
                rows.append({key: value for key, value in row.items() if value is not None})
        if question.max_items is not None and len(rows) > question.max_items:
            raise Unacceptable("too_many")
        return rows or None

    def shown(self, question: Question, value: Any, language: str) -> list[Any]:
        return [
            [
                [column.text[language], "; ".join(column.type.shown(column, row[column.link_id], language))]
                for column in question.fields
                if column.link_id in row
            ]
            for row in value or ()
        ]


class InfoType(QuestionType):
    """A text that is only read."""

    code = "info"
    asked = False
    no_answer = False

    def clean(self, question: Question, raw: Any) -> Any:
        raise Unacceptable("not_asked")
