"""The parts of a questionnaire as frozen data: areas, questions, options and conditions.

The names in the files are FHIR's (``linkId``, ``text``, ``type``, ``enableWhen``, ``answerOption``). No Django here.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, ClassVar, Final

from brik.mapping.questionnaire.outline import AreaHeading, Outline, Texts
from brik.mapping.questionnaire.themes import CASE_SYSTEM, TICKED_FOR_CASE_SYSTEM, Theme

YES: Final = "JA"
NO: Final = "NEI"
# Of a line of the short form: help is wanted, and talked about another time.
TALK_MORE: Final = "SNAKKE_MER"
DONT_KNOW: Final = "VET_IKKE"
PREFER_NOT: Final = "VIL_IKKE_SVARE"


@dataclass(frozen=True)
class Option:
    """One answer that may be chosen."""

    code: str
    text: Texts
    # Cannot be chosen together with another option ("ingenting nå").
    exclusive: bool = False
    # The theme it is about, where that is not the question's own (rank, measures).
    theme: Theme | None = None


@dataclass(frozen=True)
class Condition:
    """The question is asked only when an earlier one of the same area was answered with one of these codes."""

    link_id: str
    any_of: frozenset[str]


class ValueKind(Enum):
    """What the value of an answer is, for systems that read it. Beside it, an option that may be ticked is a code."""

    CODE = auto()
    NUMBER = auto()
    DATE = auto()
    TEXT = auto()
    ROWS = auto()


class QuestionType(ABC):
    """How a type of question reads, stores and shows its answers; each type is a class in ``question_types``."""

    # Its name in the files and in stored answers.
    code: ClassVar[str]
    # What its values are; a text that is only read has none.
    value_kind: ClassVar[ValueKind]
    # Whether one answer may hold several of them.
    takes_several: ClassVar[bool] = False
    # Whether it asks anything, and whether "vet ikke" and "ønsker ikke å svare" are offered.
    asked: ClassVar[bool] = True
    no_answer: ClassVar[bool] = True
    # Whether the file lists options; those of ``value_set`` are the type's own.
    takes_options: ClassVar[bool] = False
    # Whether it may list some beside what it takes anyway.
    may_take_options: ClassVar[bool] = False
    value_set: ClassVar[str] = ""
    # Whether it is a repeating group with columns.
    has_columns: ClassVar[bool] = False
    free_text: ClassVar[bool] = False
    # The length of a text where the file gives none.
    max_length: ClassVar[int] = 0
    # Says where somebody is: never shared when the address is graded.
    tells_place: ClassVar[bool] = False
    # Whether several answers are numbered when they are read.
    numbered: ClassVar[bool] = False

    @abstractmethod
    def clean(self, question: "Question", raw: Any) -> Any:
        """The value to store, or None when nothing was answered. Raises ``Unacceptable``."""

    def shown(self, question: "Question", value: Any, language: str) -> list[Any]:
        """The value as a person reads it, one text for each part of it."""
        return [self._text_of(question, item, language) for item in (value if isinstance(value, list) else [value])]

    def _text_of(self, question: "Question", item: Any, language: str) -> str:
        option = question.option(item) if isinstance(item, str) else None
        return self.in_words(item, language) if option is None else option.text[language]

    def in_words(self, value: Any, language: str) -> str:
        """One value that is no option, as a person reads it."""
        return str(value)

    def is_empty(self, value: Any) -> bool:
        """Whether a stored value says nothing."""
        return value in (None, "", [])

    def flaws(self, question: "Question") -> Iterator[str]:
        """One reason for each thing that is wrong in the file about a question of this type."""
        yield from ()


@dataclass(frozen=True)
class Question:
    """One question of the form, with what its answer may be used for."""

    link_id: str
    # The row of the approved table of questions it comes from: one row may hold several questions.
    row: str
    text: Texts
    type: QuestionType
    help: Texts | None = None
    options: tuple[Option, ...] = ()
    # "Vet ikke" and "Ønsker ikke å svare"; empty for administrative questions.
    no_answer: tuple[Option, ...] = ()
    # O ordinary, 9 special category, 10 about offences; where the row names two, the stricter one. It protects nothing
    # by itself: ``disclose_to`` and ``own_tick`` do.
    sensitivity: str = "O"
    theme: Theme | None = None
    # Letters of recipients; the case system gets what any of them may get. Empty: never shared.
    disclose_to: frozenset[str] = frozenset()
    # Recipients that get it only when the officer ticks this very question.
    own_tick: frozenset[str] = frozenset()
    condition: Condition | None = None
    max_length: int = 0
    minimum: int | None = None
    maximum: int | None = None
    max_items: int | None = None
    # The columns of a repeating group, and those that hold the row's theme and its only recipient.
    fields: tuple["Question", ...] = ()
    row_theme: str = ""
    row_recipient: str = ""
    # Filled in by the system, never asked.
    auto: bool = False
    administrative: bool = False
    # A yes opens the page about help at once, also where nothing could be saved.
    immediate_help: bool = False
    # One of the few questions of its area that decide, asked first.
    core: bool = False
    # A line of the short form: the area it asks about, and its few words under the title of that page.
    opens: str = ""
    line: Texts | None = None

    @property
    def asked(self) -> bool:
        """Whether a person answers it: it is not filled in by the system, and not only a text to read."""
        return self.type.asked and not self.auto

    @property
    def free_text(self) -> bool:
        return self.type.free_text

    @property
    def tells_place(self) -> bool:
        """Whether an answer says where somebody lives: never shared when the address is graded."""
        return self.type.tells_place or any(column.tells_place for column in self.fields)

    @property
    def choices(self) -> tuple[Option, ...]:
        """Everything that may be ticked: the question's own options and the two ways not to answer."""
        return self.options + self.no_answer

    @property
    def no_answer_codes(self) -> frozenset[str]:
        return frozenset(option.code for option in self.no_answer)

    def option(self, code: str) -> Option | None:
        return next((option for option in self.choices if option.code == code), None)

    def meant_for(self, recipient: str) -> bool:
        """Whether the ``del`` list lets this recipient have it at all (consent is asked elsewhere).

        The case system gets what any partner gets, but never that somebody needed help at once.
        """
        if recipient == CASE_SYSTEM:
            return bool(self.disclose_to) and not self.immediate_help
        return recipient in self.disclose_to

    def needs_tick(self, recipient: str) -> bool:
        """Whether this recipient gets it only with a tick of its own.

        The case system is as narrow as the narrowest, and needs the tick for all about health and drugs.
        """
        if recipient == CASE_SYSTEM:
            return bool(self.own_tick) or self.theme in TICKED_FOR_CASE_SYSTEM
        return recipient in self.own_tick


@dataclass(frozen=True)
class Area:
    """One page of the interview."""

    code: str
    title: Texts
    intro: Texts
    why: Texts
    questions: tuple[Question, ...]

    def question(self, link_id: str) -> Question | None:
        return next((question for question in self.questions if question.link_id == link_id), None)

    @property
    def core(self) -> frozenset[str]:
        """The link ids asked first, with what they open; all of them where the file marks none."""
        first = {question.link_id for question in self.questions if question.core}
        for question in self.questions:
            if question.condition is not None and question.condition.link_id in first:
                first.add(question.link_id)
        return frozenset(first or (question.link_id for question in self.questions))


@dataclass(frozen=True)
class Questionnaire:
    """One form in one version. ``sha256`` is that of the file's bytes: a published version never changes."""

    id: str
    version: str
    sha256: str
    title: Texts
    areas: tuple[Area, ...]
    # In the order they are offered; those that are not approved are for demonstrations only.
    languages: tuple[str, ...]
    approved: frozenset[str]
    _by_id: Mapping[str, Question] = field(repr=False, compare=False, default_factory=dict)

    @property
    def outline(self) -> Outline:
        """Its title and areas, without the questions."""
        return Outline(
            self.title,
            tuple(
                AreaHeading(area.code, area.title, tuple(line.link_id for line in self.lines_of(area.code)))
                for area in self.areas
            ),
        )

    @property
    def short(self) -> Area | None:
        """The area with one line for each of the others, where the form has one."""
        return next((area for area in self.areas if any(question.opens for question in area.questions)), None)

    def lines_of(self, area: str) -> list[Question]:
        """The lines of the short form that ask about an area."""
        return [question for question in self.questions() if question.opens == area]

    @property
    def closing(self) -> Area | None:
        """The last area where it is only about the talk (was it read aloud?): asked where the answers are read back."""
        last = self.areas[-1]
        return last if all(question.administrative for question in last.questions) else None

    @property
    def pages(self) -> tuple[Area, ...]:
        """The areas with a page of their own, in order."""
        return tuple(area for area in self.areas if area != self.closing)

    def area(self, code: str) -> Area:
        for area in self.areas:
            if area.code == code:
                return area
        raise KeyError(code)

    def question(self, link_id: str) -> Question | None:
        return self._by_id.get(link_id)

    def questions(self) -> Iterator[Question]:
        return (question for area in self.areas for question in area.questions)

    def usable_languages(self, *, unapproved_allowed: bool) -> tuple[str, ...]:
        """The languages it may be shown in."""
        return tuple(code for code in self.languages if unapproved_allowed or code in self.approved)


def enabled(area: Area, values: Mapping[str, Any]) -> list[Question]:
    """The questions whose condition holds for these values; a question that depends on a hidden one is hidden too."""
    shown: dict[str, Question] = {}
    for question in area.questions:
        if question.condition is None or _holds(question.condition, shown, values):
            shown[question.link_id] = question
    return list(shown.values())


def _holds(condition: Condition, shown: Mapping[str, Question], values: Mapping[str, Any]) -> bool:
    if condition.link_id not in shown:
        return False
    value = values.get(condition.link_id)
    chosen = value if isinstance(value, (list, tuple)) else [value]
    return any(isinstance(code, str) and code in condition.any_of for code in chosen)


def without_hidden(area: Area, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the questions that are shown, in the order of the area."""
    return {
        question.link_id: values[question.link_id] for question in enabled(area, values) if question.link_id in values
    }
