"""Checks one questionnaire file, key by key, and makes the frozen questionnaire of it.

What is written here decides what may be asked and what may leave the house, so nothing is guessed: an unknown key, a
missing language, a condition on a question not yet asked, a recipient without a theme all stop the start.
No Django here.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from brik.definitions.strict_yaml import Entry, read
from brik.mapping.questionnaire.question_types.register import TYPES
from brik.mapping.questionnaire.structure import (
    DONT_KNOW,
    NO,
    PREFER_NOT,
    YES,
    Area,
    Condition,
    Option,
    Question,
    Questionnaire,
    QuestionType,
    Texts,
)
from brik.mapping.questionnaire.themes import LETTERS, Theme

_FACTS: Final = ("row", "help", "sensitivity", "theme", "del", "ownTick", "enableWhen", "auto", "administrative")
_SHAPE: Final = ("answerOption", "answerValueSet", "maxLength", "minValue", "maxValue", "maxItems", "immediateHelp")
_GROUP: Final = ("item", "rowTheme", "rowRecipient")


class Definition:
    """One pass over one file; remembers the languages, value sets and ids met so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.languages: tuple[str, ...] = ()
        self.value_sets: dict[str, tuple[Option, ...]] = {}
        self.closing: list[Entry] = []
        self.seen: dict[str, Question] = {}

    def questionnaire(self) -> Questionnaire:
        root = read(self.path)
        top = root.mapping(
            required=("id", "version", "languages", "title", "valueSets", "areas"), optional=("closing",)
        )
        languages = top["languages"].mapping(optional=None)
        self.languages = tuple(languages)
        approved = {
            code for code, entry in languages.items() if entry.mapping(required=("approved",))["approved"].flag()
        }
        if self.languages[:1] != ("nb",):
            raise top["languages"].error("nb comes first: the others are translations of it")
        if approved and "nb" not in approved:
            raise top["languages"].error("a translation of nb is approved only where nb is")
        version = top["version"].text()
        if not all(part.isdigit() for part in version.split(".")):
            raise top["version"].error("a version is numbers and points, as 2026.1")
        for name, entry in top["valueSets"].mapping(required=("jaNei", "noAnswer"), optional=None).items():
            self.value_sets[name] = self._options(entry)
        for name, codes in (("jaNei", [YES, NO]), ("noAnswer", [DONT_KNOW, PREFER_NOT])):
            if [option.code for option in self.value_sets[name]] != codes:
                raise top["valueSets"].error(f"{name} must be {', '.join(codes)}")
        self.closing = top["closing"].items() if "closing" in top else []
        areas = tuple(self._area(entry) for entry in top["areas"].items())
        if len({area.code for area in areas}) != len(areas):
            raise top["areas"].error("two areas have the same code")
        return Questionnaire(
            id=top["id"].text(),
            version=version,
            sha256=hashlib.sha256(self.path.read_bytes()).hexdigest(),
            title=self._texts(top["title"]),
            areas=areas,
            languages=self.languages,
            approved=frozenset(approved),
            _by_id=MappingProxyType(dict(self.seen)),
        )

    def _texts(self, entry: Entry) -> Texts:
        """A text in every language of the file."""
        found = entry.mapping(required=self.languages)
        return MappingProxyType({language: found[language].text() for language in self.languages})

    def _area(self, entry: Entry) -> Area:
        found = entry.mapping(required=("code", "title", "intro", "why", "item"), optional=("closing",))
        code = found["code"].text()
        questions: dict[str, Question] = {}
        for item in found["item"].items():
            self._add(self._question(item, earlier=questions), item, questions)
        if "closing" in found:
            shared = found["closing"].mapping(required=("theme", "sensitivity", "del"))
            for item in self.closing:
                self._add(self._question(item, earlier=questions, area=code, shared=shared), item, questions)
        return Area(
            code=code,
            title=self._texts(found["title"]),
            intro=self._texts(found["intro"]),
            why=self._texts(found["why"]),
            questions=tuple(questions.values()),
        )

    def _add(self, question: Question, entry: Entry, area: dict[str, Question]) -> None:
        if question.link_id in self.seen:
            raise entry.error(f"linkId {question.link_id} is used twice")
        self.seen[question.link_id] = area[question.link_id] = question

    def _question(
        self,
        entry: Entry,
        *,
        earlier: dict[str, Question],
        area: str = "",
        shared: dict[str, Entry] | None = None,
    ) -> Question:
        found = entry.mapping(required=("linkId", "text", "type"), optional=_FACTS + _SHAPE + _GROUP) | (shared or {})
        link_id = f"{area}_{found['linkId'].text()}" if area else found["linkId"].text()
        if not link_id.replace("_", "").isalnum() or not link_id.isascii():
            raise found["linkId"].error("a linkId is letters, digits and underscores")
        if (code := found["type"].text()) not in TYPES:
            raise found["type"].error(f"unknown type {code!r}")
        question_type = TYPES[code]
        flags = {key: key in found and found[key].flag() for key in ("auto", "administrative", "immediateHelp")}
        plain = flags["administrative"] or flags["auto"] or not question_type.no_answer
        question = Question(
            link_id=link_id,
            row=found["row"].text() if "row" in found and not area else link_id,
            text=self._texts(found["text"]),
            help=self._texts(found["help"]) if "help" in found else None,
            type=question_type,
            options=self._question_options(found, question_type, entry),
            no_answer=() if plain else self.value_sets["noAnswer"],
            sensitivity=self._one_of(found, "sensitivity", ("O", "9", "10"), "O"),
            theme=Theme(code) if (code := self._one_of(found, "theme", list(Theme), "")) else None,
            disclose_to=self._letters(found, "del"),
            own_tick=self._letters(found, "ownTick"),
            condition=self._condition(found["enableWhen"], earlier) if "enableWhen" in found else None,
            max_length=self._number(found, "maxLength") or question_type.max_length,
            minimum=self._number(found, "minValue"),
            maximum=self._number(found, "maxValue"),
            max_items=self._number(found, "maxItems"),
            fields=self._fields(found["item"]) if "item" in found else (),
            row_theme=found["rowTheme"].text() if "rowTheme" in found else "",
            row_recipient=found["rowRecipient"].text() if "rowRecipient" in found else "",
            auto=flags["auto"],
            administrative=flags["administrative"],
            immediate_help=flags["immediateHelp"],
        )
        for wrong in _contradictions(question):
            raise entry.error(f"{link_id}: {wrong}")
        return question

    def _options(self, entry: Entry) -> tuple[Option, ...]:
        options: list[Option] = []
        for item in entry.items():
            found = item.mapping(required=("code", *self.languages), optional=("exclusive", "theme"))
            code = found["code"].text()
            if not code.replace("_", "").isalnum() or not code.isascii():
                raise found["code"].error("a code is letters, digits and underscores")
            if code in {option.code for option in options}:
                raise found["code"].error(f"the code {code} is used twice")
            options.append(
                Option(
                    code=code,
                    text=MappingProxyType({language: found[language].text() for language in self.languages}),
                    exclusive="exclusive" in found and found["exclusive"].flag(),
                    theme=Theme(name) if (name := self._one_of(found, "theme", list(Theme), "")) else None,
                )
            )
        return tuple(options)

    def _question_options(
        self, found: dict[str, Entry], question_type: QuestionType, entry: Entry
    ) -> tuple[Option, ...]:
        if question_type.value_set:
            return self.value_sets[question_type.value_set]
        if "answerValueSet" in found:
            name = found["answerValueSet"].text()
            if name not in self.value_sets:
                raise found["answerValueSet"].error(f"unknown value set {name!r}")
            return self.value_sets[name]
        options = self._options(found["answerOption"]) if "answerOption" in found else ()
        if bool(options) != question_type.takes_options and not question_type.may_take_options:
            needs = "needs" if question_type.takes_options else "takes no"
            raise entry.error(f"a {question_type.code} question {needs} options")
        for option in options:
            if option.code in (DONT_KNOW, PREFER_NOT):
                raise found["answerOption"].error(f"{option.code} is offered everywhere and not listed")
        return options

    def _fields(self, entry: Entry) -> tuple[Question, ...]:
        fields: dict[str, Question] = {}
        for item in entry.items():
            question = self._question(item, earlier={})
            if question.type.has_columns or question.link_id in fields:
                raise item.error(f"{question.link_id}: a group inside a group, or a column twice")
            fields[question.link_id] = replace(question, no_answer=())
        return tuple(fields.values())

    def _condition(self, entry: Entry, earlier: dict[str, Question]) -> Condition:
        found = entry.mapping(required=("question", "answer"))
        asked = earlier.get(found["question"].text())
        if asked is None:
            raise found["question"].error("a condition looks at an earlier question of the same area")
        codes = found["answer"].texts()
        known = {option.code for option in asked.choices}
        for code in codes:
            if code not in known:
                raise found["answer"].error(f"{asked.link_id} has no option {code}")
        return Condition(asked.link_id, frozenset(codes))

    def _letters(self, found: dict[str, Entry], key: str) -> frozenset[str]:
        letters = found[key].texts() if key in found else []
        for letter in letters:
            if letter not in LETTERS:
                raise found[key].error(f"unknown recipient {letter!r}")
        return frozenset(letters)

    @staticmethod
    def _one_of(found: dict[str, Entry], key: str, allowed: Iterable[str], default: str) -> str:
        if key not in found:
            return default
        value = found[key].text()
        if value not in list(allowed):
            raise found[key].error(f"{key} is one of {', '.join(allowed)}")
        return value

    @staticmethod
    def _number(found: dict[str, Entry], key: str) -> int | None:
        return found[key].integer() if key in found else None


def _contradictions(question: Question) -> list[str]:
    """What no single key can show to be wrong."""
    columns = {column.link_id for column in question.fields}
    checks = {
        "what leaves the house needs a theme": bool(question.disclose_to) and question.theme is None,
        "ownTick names a recipient that del does not": not question.own_tick <= question.disclose_to,
        "a group has columns, other questions have none": bool(question.fields) != question.type.has_columns,
        "rowTheme and rowRecipient name columns": not {question.row_theme, question.row_recipient} <= columns | {""},
    }
    return [reason for reason, wrong in checks.items() if wrong] + list(question.type.flaws(question))
