"""The published lists of questions and codes: what a reader of our messages needs beside the schema.

They are files beside it, written from the questionnaires by ``publish_schemas`` and committed, so that whoever reads a
message needs none of our code. What never leaves the house is not in them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from brik.definitions import code_lists
from brik.mapping.questionnaire.question_types.text_types import LanguageType, MunicipalityType
from brik.mapping.questionnaire.structure import PREFER_NOT, Question, Questionnaire, ValueKind
from brik.people.legal_status import STATUS_OF
from followup.sharing.wire import message_schemas
from followup.sharing.wire.message_schemas import InvalidMessage
from followup.sharing.wire.typed_values import WORDS

FOLDER: Final = message_schemas.SCHEMAS / message_schemas.newest(message_schemas.MAPPING)
# The words of every list are those of the messages.
LANGUAGE: Final = "nb"
# The version in which values do not say what they are.
_UNTYPED: Final = "1.0"
_CODE_LISTS: Final = {MunicipalityType.code: "KOMMUNE", LanguageType.code: "SPRAAK"}


def published_files(forms: Mapping[tuple[str, str], Questionnaire]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each file beside the schema, with its content: the questions of each form and version, and the code lists."""
    for form in forms.values():
        yield questions_path(STATUS_OF[form.id].value, form.version), _list_of(form)
    languages = {code: names[LANGUAGE] for code, names in code_lists.languages().items()}
    for name, codes in (("KOMMUNE", code_lists.municipalities()), ("SPRAAK", languages)):
        yield FOLDER / "codes" / f"{name}.json", {"kodeverk": name, "koder": _codes(codes)}


def questions_path(status: str, version: str) -> Path:
    """Where the questions of one version of a form stand."""
    return FOLDER / "questions" / f"{status}-{version}.json"


def check_answers(message: dict[str, Any]) -> None:
    """Compare the answers of a message that follows its schema with the published questions of its form.

    Those of version 1.0 do not say what they are, and are not compared.

    Raises :class:`InvalidMessage` for an unknown form, question or code, for a value of another kind than the question
    asks for, and for several where it takes one.
    """
    if message["schemaVersion"] == _UNTYPED:
        return
    questions = _published(message["skjema"]["type"], message["skjema"]["versjon"])
    for area in message["omraader"]:
        for answer in area["svar"]:
            question = questions.get(answer["linkId"])
            if question is None or question["omraade"] != area["kode"]:
                raise InvalidMessage(f"{area['kode']}: a question that the form does not have there")
            _check_values(answer["verdi"], question)


def _list_of(form: Questionnaire) -> dict[str, Any]:
    questions = [
        # A line of the short form stands with the area it is about, as in the messages.
        {"omraade": question.opens or area.code, **_question(question)}
        for area in form.areas
        for question in area.questions
        if question.asked and question.disclose_to
    ]
    kind = STATUS_OF[form.id].value
    return {"skjema": {"type": kind, "versjon": form.version}, "spoersmaal": questions}


def _question(question: Question) -> dict[str, Any]:
    """One question or column. ``svar`` is the kind of its value; a code that stands there may be given instead."""
    entry: dict[str, Any] = {
        "linkId": question.link_id,
        "tekst": question.text[LANGUAGE],
        "svar": WORDS[question.type.value_kind],
        "flere": question.type.takes_several,
    }
    if name := _CODE_LISTS.get(question.type.code):
        entry["kodeverk"] = name
    # Nobody is told that somebody would not answer.
    codes = {option.code: option.text[LANGUAGE] for option in question.choices if option.code != PREFER_NOT}
    if codes:
        entry["koder"] = _codes(codes)
    if question.type.value_kind is ValueKind.NUMBER:
        entry |= {"minst": question.minimum, "mest": question.maximum}
    if question.fields:
        entry["kolonner"] = [_question(column) for column in question.fields]
    return entry


def _codes(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"kode": code, "tekst": text} for code, text in words.items()]


@cache
def _published(status: str, version: str) -> dict[str, dict[str, Any]]:
    path = questions_path(status, version)
    if not path.exists():
        raise InvalidMessage("skjema: a form whose questions are not published")
    return {question["linkId"]: question for question in json.loads(path.read_text())["spoersmaal"]}


@cache
def _code_list(name: str) -> frozenset[str]:
    content = json.loads((FOLDER / "codes" / f"{name}.json").read_text())
    return frozenset(row["kode"] for row in content["koder"])


def _check_values(values: list[dict[str, Any]], question: dict[str, Any], *, inside: str = "") -> None:
    place = f"{inside}{question['linkId']}"
    if len(values) > 1 and not question["flere"]:
        raise InvalidMessage(f"{place}: several values")
    for value in values:
        [(kind, content)] = value.items()
        if kind == WORDS[ValueKind.CODE]:
            codes = {row["kode"] for row in question.get("koder", ())}
            if content not in codes and content not in _code_list_of(question):
                raise InvalidMessage(f"{place}: an unknown code")
        elif kind != question["svar"]:
            raise InvalidMessage(f"{place}: another kind of value")
        if kind == WORDS[ValueKind.NUMBER] and not question["minst"] <= content <= question["mest"]:
            raise InvalidMessage(f"{place}: out of bounds")
        if kind == WORDS[ValueKind.ROWS]:
            columns = {column["linkId"]: column for column in question["kolonner"]}
            for cell in content:
                if cell["linkId"] not in columns:
                    raise InvalidMessage(f"{place}: an unknown column")
                _check_values(cell["verdi"], columns[cell["linkId"]], inside=f"{place}/")


def _code_list_of(question: dict[str, Any]) -> frozenset[str]:
    name = question.get("kodeverk")
    return _code_list(name) if name else frozenset()
