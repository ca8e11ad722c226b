"""What the questionnaires promise, as data: which answer makes which task, for whom and by when.

``fixtures/plan/promises.yaml`` is read and checked once; a wrong file stops the start with file, line and reason. That
its questions and answers are in the questionnaires is checked by the room that knows those (``brik/mapping``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import get_language

from brik.definitions import fixtures, languages, strict_yaml
from brik.definitions.strict_yaml import Entry
from brik.staff.accounts import Role

PATH: Final = fixtures.FOLDER / "plan" / "promises.yaml"
# In place of an answer: the question has none.
UNANSWERED: Final = "UBESVART"
# Who can be asked to do something.
TASK_ROLES: Final = (
    Role.MAPPER,
    Role.CONTACT_OFFICER,
    Role.COORDINATOR,
    Role.SOCIAL_WORKER,
    Role.CHILD_CONTACT,
    Role.WORKSHOP_OFFICER,
    Role.DUTY_LEADER,
)
_LONGEST_HOURS: Final = 24 * 31


@dataclass(frozen=True)
class PromiseCondition:
    """A question was answered with one of these codes."""

    question: str
    any_of: frozenset[str]
    line: int

    def holds(self, answers: Mapping[str, Any]) -> bool:
        value = answers.get(self.question)
        given = value if isinstance(value, (list, tuple)) else [value]
        codes = {code for code in given if isinstance(code, str) and code} or {UNANSWERED}
        return not codes.isdisjoint(self.any_of)


@dataclass(frozen=True)
class TaskPromise:
    """One promise: somebody of a role does something about a person within some hours."""

    code: str
    # The id of the questionnaire.
    form: str
    conditions: tuple[PromiseCondition, ...]
    role: Role
    hours: int
    # Somebody may be in danger: where nobody takes it in time, the leader on duty gets it.
    danger: bool
    # By language of the staff: what is to be done, and what the page says of it.
    task: Mapping[str, str]
    told: Mapping[str, str]

    @staticmethod
    def in_words(sentences: Mapping[str, str]) -> str:
        """A sentence in the language of the page; in the first where the page is in one that no staff reads."""
        return sentences.get(get_language() or "", sentences[languages.CODES[0]])

    @property
    def questions(self) -> frozenset[str]:
        return frozenset(condition.question for condition in self.conditions)

    def is_made_by(self, answers: Mapping[str, Any]) -> bool:
        """Whether these answers, by link id, make it."""
        return all(condition.holds(answers) for condition in self.conditions)


@cache
def every_promise() -> Mapping[str, TaskPromise]:
    """Every promise by its code. Raises ``DefinitionError``."""
    return MappingProxyType(read(PATH))


def of_form(form: str) -> Iterator[TaskPromise]:
    """The promises of one questionnaire."""
    return (promise for promise in every_promise().values() if promise.form == form)


def read(path: Path) -> dict[str, TaskPromise]:
    """The promises of a file by code.

    Raises:
        DefinitionError: an unknown key, role or language, a code twice, or no time that is one.
    """
    promises: dict[str, TaskPromise] = {}
    for entry in strict_yaml.read(path).items():
        promise = _promise(entry)
        if promise.code in promises:
            raise entry.error(f"the promise {promise.code} stands here twice")
        promises[promise.code] = promise
    return promises


def _promise(entry: Entry) -> TaskPromise:
    parts = entry.mapping(required=("code", "form", "when", "role", "hours", "danger", "task", "told"))
    role, hours = parts["role"].text(), parts["hours"].integer()
    if role not in TASK_ROLES:
        raise parts["role"].error(f"one of {', '.join(TASK_ROLES)} is expected here")
    if not 0 < hours <= _LONGEST_HOURS:
        raise parts["hours"].error(f"a number of hours from 1 to {_LONGEST_HOURS} is expected here")
    conditions = tuple(map(_condition, parts["when"].items()))
    if not any(UNANSWERED not in condition.any_of for condition in conditions):
        raise parts["when"].error("an answer is expected here: nothing is promised to somebody who said nothing")
    return TaskPromise(
        parts["code"].text(),
        parts["form"].text(),
        conditions,
        Role(role),
        hours,
        parts["danger"].flag(),
        _sentences(parts["task"]),
        _told(parts["told"]),
    )


def _condition(entry: Entry) -> PromiseCondition:
    parts = entry.mapping(required=("question", "answer"))
    return PromiseCondition(parts["question"].text(), frozenset(parts["answer"].texts()), entry.line)


def _told(entry: Entry) -> Mapping[str, str]:
    sentences = _sentences(entry)
    if any("{role}" not in sentence for sentence in sentences.values()):
        raise entry.error("each sentence says {role}: it may go to another one where nobody holds the role")
    return sentences


def _sentences(entry: Entry) -> Mapping[str, str]:
    codes = [code for code, _ in languages.STAFF_CHOICES]
    return MappingProxyType({code: text.text() for code, text in entry.mapping(required=codes).items()})
