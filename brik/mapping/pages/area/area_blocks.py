"""The parts of an area page for the template: its questions in order, each with its fields."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from brik.mapping.pages.area.answer_fields import cell_name, row_name
from brik.mapping.pages.area.area_form import AreaForm, rows_of
from brik.mapping.pages.area.source_fields import PARTS, names_of, source_label
from brik.mapping.pages.known.known_answers import KnownAnswer
from brik.mapping.questionnaire.answer_sources import SELF
from brik.mapping.questionnaire.question_types.option_types import ScaleType
from brik.mapping.questionnaire.structure import Question

# Fewer questions of one scale stand each for itself.
LEAST_IN_GRID = 3


def blocks(form: AreaForm, *, known: Mapping[str, str], put_in: Mapping[str, KnownAnswer]) -> dict[str, Any]:
    """One block for each question that is asked or read aloud, or that the system answers: ``known``, in words.

    ``put_in`` are answers that stand there already, from elsewhere than this interview.

    ``first`` holds those that decide, ``more`` the others; ``is_open`` says whether something stands in ``more``.
    """
    core = form.area.core
    all_blocks = [
        _known(form, question, known[question.link_id])
        if question.auto
        else _block(form, question) | {"put_in": put_in.get(question.link_id)}
        for question in form.area.questions
        if not question.auto or question.link_id in known
    ]
    # What is put in is to be confirmed: it is never folded away.
    folded = [block for block in all_blocks if block["kind"] != "known" and not block["put_in"]]
    more = [block for block in folded if block["question"].link_id not in core]
    return {
        "all": all_blocks,
        "first": _in_grids([block for block in all_blocks if block not in more]),
        "more": _in_grids(more),
        "how_many_more": len(more),
        "is_open": any(_is_touched(block) for block in more),
    }


def _in_grids(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same blocks, those that ask one after another with the same scale as one grid under a head row."""
    gathered: list[dict[str, Any]] = []
    for _, group in groupby(blocks, key=_scale):
        asked = list(group)
        scale = _scale(asked[0])
        if scale is None or len(asked) < LEAST_IN_GRID:
            gathered += asked
        else:
            gathered.append({"kind": "grid", "blocks": asked, "field": asked[0]["field"]})
    return gathered


def _scale(block: dict[str, Any]) -> tuple[str, tuple[str, ...]] | None:
    """What questions of one grid have in common: the row of the approved table, and the scale. None for any other."""
    question = block["question"]
    if block["kind"] != "field" or not isinstance(question.type, ScaleType) or question.condition is not None:
        return None
    return question.row, tuple(option.code for option in question.choices)


def _is_touched(block: dict[str, Any]) -> bool:
    """Whether a question has an answer or an error."""
    if block["kind"] == "group":
        return any(row["filled"] for row in block["rows"])
    if block["kind"] != "field":
        return False
    bound = block["field"]
    errors = [block[part].errors for part in PARTS if block[part] is not None]
    return bool(bound.errors or bound.skipped or any(errors)) or bound.value() not in (None, "", [])


def _known(form: AreaForm, question: Question, words: str) -> dict[str, Any]:
    return {"question": question, "kind": "known", "text": question.text[form.language], "words": words}


def _block(form: AreaForm, question: Question) -> dict[str, Any]:
    block = {"question": question, "text": question.text[form.language]}
    if not question.type.asked:
        return block | {"kind": "info"}
    return block | (_group(form, question) if question.type.has_columns else _field(form, question))


def _group(form: AreaForm, question: Question) -> dict[str, Any]:
    return {
        "kind": "group",
        "rows": _rows(form, question),
        "help": (question.help or {}).get(form.language),
    }


def _rows(form: AreaForm, question: Question) -> list[dict[str, Any]]:
    """The rows of a group. Those up to the last with something in it are open: a closed one hides those after it."""
    rows = [_row(form, question, number) for number in rows_of(question)]
    last = max((number for number, row in enumerate(rows) if row["filled"]), default=0)
    return [{**row, "open": number <= last} for number, row in enumerate(rows)]


def _row(form: AreaForm, question: Question, number: int) -> dict[str, Any]:
    cells = [form[cell_name(question, number, column)] for column in question.fields]
    filled = any(cell.value() or cell.errors for cell in cells)
    return {"title": row_name(question, number, form.language), "cells": cells, "filled": filled}


def _field(form: AreaForm, question: Question) -> dict[str, Any]:
    link_id = question.link_id
    names = names_of(link_id) | {part: f"{link_id}_{part}" for part in ("clear", "help", "grade")}
    around = {part: form[name] if name in form.fields else None for part, name in names.items()}
    block: dict[str, Any] = {"kind": "field", "field": form[link_id], "id": link_id, **around}
    if source := around["source"]:
        block["source_label"] = source_label(form, link_id)
        block["said_by_another"] = source.value() not in (None, SELF)
        block["source_is_open"] = source.value() == "" or any(form[names[part]].errors for part in PARTS)
    return block
