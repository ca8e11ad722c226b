"""Checks one questionnaire file, key by key, and makes a frozen questionnaire of it.

The file decides what may be asked and what may be shared, so nothing is guessed: an unknown key, a missing language, a
condition on a later question, a recipient without a theme or a sign that no paper can show stops the start.
No Django here.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from brik.definitions.strict_yaml import Entry, read
from brik.mapping.questionnaire.outline import Texts
from brik.mapping.questionnaire.question_types.register import TYPES
from brik.mapping.questionnaire.structure import (
    DONT_KNOW,
    NO,
    PREFER_NOT,
    TALK_MORE,
    YES,
    Area,
    Condition,
    Option,
    Question,
    Questionnaire,
    QuestionType,
)
from brik.mapping.questionnaire.themes import LETTERS, Theme
from brik.pdf.fonts import without_glyph

_FACTS: Final = ("row", "help", "sensitivity", "theme", "del", "ownTick", "enableWhen", "auto", "administrative")
_SHAPE: Final = ("answerOption", "answerValueSet", "maxLength", "minValue", "maxValue", "maxItems", "immediateHelp")
_GROUP: Final = ("item", "rowTheme", "rowRecipient")
_SHORT: Final = ("core", "opens", "line")
_FLAGS: Final = ("auto", "administrative", "immediateHelp", "core")


class Definition:
    """Reads one file from top to bottom; remembers the languages, value sets and ids so far."""

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
        self._check_lines(top["areas"], areas)
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

    @staticmethod
    def _check_lines(entry: Entry, areas: tuple[Area, ...]) -> None:
        """The lines of the short form stand together, before what they open."""
        lines = [(place, question) for place, area in enumerate(areas) for question in area.questions if question.opens]
        later = {area.code for area in areas[lines[0][0] + 1 :]} if lines else set()
        if len({place for place, _ in lines}) > 1:
            raise entry.error("the lines of the short form stand in one area")
        for _, question in lines:
            if question.opens not in later:
                raise entry.error(f"{question.link_id} opens no later area {question.opens!r}")

    def _texts(self, entry: Entry) -> Texts:
        """A text in every language of the file."""
        return self._translated(entry.mapping(required=self.languages))

    def _translated(self, entries: dict[str, Entry]) -> Texts:
        texts = {language: entries[language].text() for language in self.languages}
        for language, text in texts.items():
            if signs := without_glyph(text):
                raise entries[language].error(f"no paper can show {' '.join(signs)}")
        return MappingProxyType(texts)

    def _area(self, entry: Entry) -> Area:
        entries = entry.mapping(required=("code", "title", "intro", "why", "item"), optional=("closing",))
        code = entries["code"].text()
        questions: dict[str, Question] = {}
        for item in entries["item"].items():
            self._add(self._question(item, earlier=questions), item, questions)
        if "closing" in entries:
            shared = entries["closing"].mapping(required=("theme", "sensitivity", "del"))
            for item in self.closing:
                self._add(self._question(item, earlier=questions, area=code, shared=shared), item, questions)
        return Area(
            code=code,
            title=self._texts(entries["title"]),
            intro=self._texts(entries["intro"]),
            why=self._texts(entries["why"]),
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
        optional = _FACTS + _SHAPE + _GROUP + _SHORT
        entries = entry.mapping(required=("linkId", "text", "type"), optional=optional) | (shared or {})
        link_id = f"{area}_{entries['linkId'].text()}" if area else entries["linkId"].text()
        if not link_id.replace("_", "").isalnum() or not link_id.isascii():
            raise entries["linkId"].error("a linkId is letters, digits and underscores")
        if (code := entries["type"].text()) not in TYPES:
            raise entries["type"].error(f"unknown type {code!r}")
        question_type = TYPES[code]
        flags = {key: key in entries and entries[key].flag() for key in _FLAGS}
        plain = flags["administrative"] or flags["auto"] or not question_type.no_answer
        question = Question(
            link_id=link_id,
            row=entries["row"].text() if "row" in entries and not area else link_id,
            text=self._texts(entries["text"]),
            help=self._texts(entries["help"]) if "help" in entries else None,
            type=question_type,
            options=self._question_options(entries, question_type, entry),
            no_answer=() if plain else self.value_sets["noAnswer"],
            sensitivity=self._one_of(entries, "sensitivity", ("O", "9", "10"), "O"),
            theme=Theme(code) if (code := self._one_of(entries, "theme", list(Theme), "")) else None,
            disclose_to=self._letters(entries, "del"),
            own_tick=self._letters(entries, "ownTick"),
            condition=self._condition(entries["enableWhen"], earlier) if "enableWhen" in entries else None,
            max_length=self._number(entries, "maxLength") or question_type.max_length,
            minimum=self._number(entries, "minValue"),
            maximum=self._number(entries, "maxValue"),
            max_items=self._number(entries, "maxItems"),
            fields=self._fields(entries["item"]) if "item" in entries else (),
            row_theme=entries["rowTheme"].text() if "rowTheme" in entries else "",
            row_recipient=entries["rowRecipient"].text() if "rowRecipient" in entries else "",
            auto=flags["auto"],
            administrative=flags["administrative"],
            immediate_help=flags["immediateHelp"],
            core=flags["core"],
            opens=entries["opens"].text() if "opens" in entries else "",
            line=self._texts(entries["line"]) if "line" in entries else None,
        )
        for wrong in _contradictions(question):
            raise entry.error(f"{link_id}: {wrong}")
        return question

    def _options(self, entry: Entry) -> tuple[Option, ...]:
        options: list[Option] = []
        for item in entry.items():
            entries = item.mapping(required=("code", *self.languages), optional=("exclusive", "theme"))
            code = entries["code"].text()
            if not code.replace("_", "").isalnum() or not code.isascii():
                raise entries["code"].error("a code is letters, digits and underscores")
            if code in {option.code for option in options}:
                raise entries["code"].error(f"the code {code} is used twice")
            options.append(
                Option(
                    code=code,
                    text=self._translated(entries),
                    exclusive="exclusive" in entries and entries["exclusive"].flag(),
                    theme=Theme(name) if (name := self._one_of(entries, "theme", list(Theme), "")) else None,
                )
            )
        return tuple(options)

    def _question_options(
        self, entries: dict[str, Entry], question_type: QuestionType, entry: Entry
    ) -> tuple[Option, ...]:
        if question_type.value_set:
            return self.value_sets[question_type.value_set]
        if "answerValueSet" in entries:
            name = entries["answerValueSet"].text()
            if name not in self.value_sets:
                raise entries["answerValueSet"].error(f"unknown value set {name!r}")
            return self.value_sets[name]
        options = self._options(entries["answerOption"]) if "answerOption" in entries else ()
        if bool(options) != question_type.takes_options and not question_type.may_take_options:
            needs = "needs" if question_type.takes_options else "takes no"
            raise entry.error(f"a {question_type.code} question {needs} options")
        for option in options:
            if option.code in (DONT_KNOW, PREFER_NOT):
                raise entries["answerOption"].error(f"{option.code} is offered everywhere and not listed")
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
        entries = entry.mapping(required=("question", "answer"))
        question = earlier.get(entries["question"].text())
        if question is None:
            raise entries["question"].error("a condition looks at an earlier question of the same area")
        codes = entries["answer"].texts()
        offered = {option.code for option in question.choices}
        for code in codes:
            if code not in offered:
                raise entries["answer"].error(f"{question.link_id} has no option {code}")
        return Condition(question.link_id, frozenset(codes))

    def _letters(self, entries: dict[str, Entry], key: str) -> frozenset[str]:
        letters = entries[key].texts() if key in entries else []
        for letter in letters:
            if letter not in LETTERS:
                raise entries[key].error(f"unknown recipient {letter!r}")
        return frozenset(letters)

    @staticmethod
    def _one_of(entries: dict[str, Entry], key: str, allowed: Iterable[str], default: str) -> str:
        if key not in entries:
            return default
        value = entries[key].text()
        if value not in list(allowed):
            raise entries[key].error(f"{key} is one of {', '.join(allowed)}")
        return value

    @staticmethod
    def _number(entries: dict[str, Entry], key: str) -> int | None:
        return entries[key].integer() if key in entries else None


def _contradictions(question: Question) -> list[str]:
    """What is wrong in the combination of several keys."""
    columns = {column.link_id for column in question.fields}
    checks = {
        "what leaves the house needs a theme": bool(question.disclose_to) and question.theme is None,
        "ownTick names a recipient that del does not": not question.own_tick <= question.disclose_to,
        "a group has columns, other questions have none": bool(question.fields) != question.type.has_columns,
        f"a line of the short form offers {YES}, {NO} and {TALK_MORE}": bool(question.opens)
        and [option.code for option in question.options] != [YES, NO, TALK_MORE],
        "a line of the short form says its few words": bool(question.opens) != (question.line is not None),
        "rowTheme and rowRecipient name columns": not {question.row_theme, question.row_recipient} <= columns | {""},
    }
    return [reason for reason, wrong in checks.items() if wrong] + list(question.type.flaws(question))
