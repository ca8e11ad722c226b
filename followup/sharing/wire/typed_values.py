"""The value of an answer as other systems read it: each says what it is, a code, a number, a date, a text or a row."""

from __future__ import annotations

from typing import Any, assert_never

from brik.mapping.questionnaire.structure import Question, ValueKind

# The word for each kind in a message, and at its question in the published lists.
WORDS = {
    ValueKind.CODE: "kode",
    ValueKind.NUMBER: "tall",
    ValueKind.DATE: "dato",
    ValueKind.TEXT: "tekst",
    ValueKind.ROWS: "rad",
}


def typed_values(question: Question, value: Any) -> list[dict[str, Any]]:
    """``verdi`` of an answer: a list, also of one. That somebody does not know is a code, whatever was asked for."""
    return [_typed(question, item) for item in (value if isinstance(value, list) else [value])]


def _typed(question: Question, item: Any) -> dict[str, Any]:
    kind = question.type.value_kind
    if isinstance(item, str) and question.option(item) is not None:
        kind = ValueKind.CODE
    match kind:
        case ValueKind.CODE | ValueKind.NUMBER | ValueKind.DATE | ValueKind.TEXT:
            return {WORDS[kind]: item}
        case ValueKind.ROWS:
            return {WORDS[kind]: _cells(question, item)}
        case _:
            assert_never(kind)


def _cells(group: Question, row: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"linkId": column.link_id, "verdi": typed_values(column, row[column.link_id])}
        for column in group.fields
        if column.link_id in row
    ]
