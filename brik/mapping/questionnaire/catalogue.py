"""The questionnaires: versioned files, read and checked once.

A wrong file raises DefinitionError with file, line and reason, and the application does not start. No Django here.
"""

from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from brik.definitions import fixtures
from brik.definitions.strict_yaml import DefinitionError
from brik.mapping.questionnaire import required_questions
from brik.mapping.questionnaire.parser import Definition
from brik.mapping.questionnaire.structure import (
    Questionnaire,
)

FOLDER: Final = fixtures.FOLDER / "questionnaires"


def get(form: str, version: str | None = None) -> Questionnaire:
    """The named questionnaire in this version, or in its latest.

    Raises:
        KeyError: no such form or version is loaded.
    """
    forms = load_all(FOLDER)
    if version is not None:
        return forms[form, version]
    newest = max((q for (name, _), q in forms.items() if name == form), key=_version_order, default=None)
    if newest is None:
        raise KeyError(form)
    return newest


@lru_cache(maxsize=4)
def load_all(path: Path) -> MappingProxyType[tuple[str, str], Questionnaire]:
    """Every questionnaire of the folder, by id and version.

    Raises:
        DefinitionError: a file is wrong, misnamed, lacks a question that the code refers to, or the folder holds none.
    """
    questionnaires: dict[tuple[str, str], Questionnaire] = {}
    for file in sorted(path.glob("*.yaml")):
        questionnaire = load(file)
        if file.stem != f"{questionnaire.id}-{questionnaire.version}":
            raise DefinitionError(file.name, 1, f"must be named {questionnaire.id}-{questionnaire.version}.yaml")
        link_ids = {question.link_id for question in questionnaire.questions()}
        if missing := required_questions.lacking(questionnaire.id, link_ids):
            raise DefinitionError(file.name, 1, f"lacks {', '.join(missing)}, which the code relies on")
        questionnaires[questionnaire.id, questionnaire.version] = questionnaire
    if not questionnaires:
        raise DefinitionError(str(path), 1, "holds no questionnaire")
    return MappingProxyType(questionnaires)


def _version_order(questionnaire: Questionnaire) -> tuple[int, ...]:
    return tuple(int(part) for part in questionnaire.version.split("."))


def load(path: Path) -> Questionnaire:
    """One file, checked.

    Raises:
        DefinitionError: with file, line and reason.
    """
    return Definition(path).questionnaire()
