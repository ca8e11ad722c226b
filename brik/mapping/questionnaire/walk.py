"""Selects the answers of an interview that may be shared: message, preview and partner summary are made of these.

This is the only place that decides it. Answers are shown in the words they were stored with; the questionnaire (in the
interview's own version) says what each answer may be used for. No Django here.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from brik.mapping.questionnaire import required_questions
from brik.mapping.questionnaire.answer_sources import SourceKind, source_of
from brik.mapping.questionnaire.stored_answers import ASKED, ASKED_SHORT, DECLINED, WalkedAnswer, WalkedArea, answer_in
from brik.mapping.questionnaire.structure import NO, YES, Area, Question, Questionnaire, enabled
from brik.mapping.questionnaire.themes import CASE_SYSTEM, TICKED_FOR_CASE_SYSTEM, Theme

ADDRESS_GRADED: Final = frozenset(required_questions.ADDRESS_GRADED.values())


def walk(
    questionnaire: Questionnaire,
    sections: Mapping[str, Mapping[str, Any]],
    *,
    themes: Collection[Theme],
    recipient: str,
    own_ticks: Collection[str] = frozenset(),
    free_text: Collection[str] = frozenset(),
    address_graded: bool = False,
    language: str = "nb",
) -> list[WalkedArea]:
    """The answers that may reach a recipient (the letter of a kind), in the order of the questionnaire.

    An answer is included when its theme is permitted, its question is meant for the recipient, and it is ticked where
    it needs a tick. Free text reaches nobody unless ticked. An area without such an answer is left out, so that nobody
    sees what is missing. Answers whose condition does not hold are never included, nor what the officer has noted:
    the consent is about what the person answers. What was asked in short stands with the area it is about.

    Args:
        sections: area code → the opened section; ``{"state": "DECLINED"}`` marks one the person would not talk about.
        themes: those the consent permits for this recipient.
        own_ticks, free_text: link ids ticked by the officer for this recipient.
        address_graded: as the person's protection says; a yes to B8 or VB8 counts as well.
    """
    graded = address_graded or says_graded(sections)
    permission = _Permission(recipient, frozenset(themes), frozenset(own_ticks), frozenset(free_text), graded)
    lines = _lines(questionnaire, sections, permission, language)
    walked = []
    for area in questionnaire.areas:
        section = sections.get(area.code, {})
        if area == questionnaire.short or section.get("state") == DECLINED:
            continue
        short = lines.get(area.code, [])
        own = list(_leaving(area, section.get("answers") or {}, permission, language))
        if short or own:
            # By what leaves alone: that other answers are there and stay inside is not told.
            only_no = not own and all(line.value == NO for line in short)
            walked.append(
                WalkedArea(area.code, area.title[language], ASKED_SHORT if only_no else ASKED, (*short, *own))
            )
    return walked


def _lines(
    questionnaire: Questionnaire, sections: Mapping[str, Mapping[str, Any]], permission: "_Permission", language: str
) -> dict[str, list[WalkedAnswer]]:
    """Area → the answers of the short form about it that may leave: each stands with the area it is about."""
    short = questionnaire.short
    if short is None or sections.get(short.code, {}).get("state") == DECLINED:
        return {}
    lines: dict[str, list[WalkedAnswer]] = {}
    for answer in _leaving(short, sections.get(short.code, {}).get("answers") or {}, permission, language):
        if (question := short.question(answer.link_id)) is not None and question.opens:
            lines.setdefault(question.opens, []).append(answer)
    return lines


def themes_told(questionnaire: Questionnaire, answers: Iterable[WalkedAnswer]) -> frozenset[Theme]:
    """The themes these answers tell of: those of the questions, of the items in a list and of the rows in a group."""
    told: set[Theme | None] = set()
    for answer in answers:
        question = questionnaire.question(answer.link_id)
        if question is None:
            continue
        told.add(question.theme)
        if question.type.has_columns:
            told |= {_row_theme(question, row) for row in answer.value}
        elif any(option.theme for option in question.options):
            told |= {option.theme for code in answer.value if (option := question.option(code))}
    return frozenset(theme for theme in told if theme is not None)


def tickable(
    questionnaire: Questionnaire,
    sections: Mapping[str, Mapping[str, Any]],
    *,
    themes: Collection[Theme],
    recipient: str,
) -> tuple[list[Question], list[Question]]:
    """The answered questions an officer may tick for this recipient: those that need a tick, and the free texts."""
    ticks, texts = [], []
    for area in questionnaire.areas:
        stored = sections.get(area.code, {}).get("answers") or {}
        for question in _told(area, stored):
            if question.theme not in themes or not question.meant_for(recipient):
                continue
            told = _themes_told(question, stored[question.link_id].get("value")) & frozenset(themes)
            if question.needs_tick(recipient) or (recipient == CASE_SYSTEM and told & TICKED_FOR_CASE_SYSTEM):
                ticks.append(question)
            if question.free_text or any(column.free_text for column in question.fields):
                texts.append(question)
    return ticks, texts


def says_graded(sections: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the person has said in the interview that the address is graded."""
    return any(_value(sections, area, link_id) == YES for area in sections for link_id in ADDRESS_GRADED)


def _told(area: Area, stored: Mapping[str, Any]) -> list[Question]:
    """The questions with an answer that is not the officer's own note."""
    notes = {link_id for link_id, answer in stored.items() if source_of(answer).kind is SourceKind.NOTE}
    return [question for question in _answered(area, stored) if question.link_id not in notes]


def _answered(area: Area, stored: Mapping[str, Any]) -> list[Question]:
    values = {link_id: answer.get("value") for link_id, answer in stored.items()}
    return [question for question in enabled(area, values) if not question.type.is_empty(values.get(question.link_id))]


def themes_asked_about(question: Question) -> frozenset[Theme]:
    """Every theme that an answer to the question may tell of: its own, and those of its options and rows."""
    column = next((column for column in question.fields if column.link_id == question.row_theme), None)
    options = column.options if question.row_theme and column is not None else question.options
    return frozenset(theme for theme in (question.theme, *(option.theme for option in options)) if theme is not None)


def may_be_told_by(question: Question, themes: Collection[str]) -> bool:
    """Whether somebody who may be asked about these themes may be the source of an answer.

    A question that belongs to no theme is answered by the person only.
    """
    asked_about = themes_asked_about(question)
    return bool(asked_about) and asked_about <= set(themes)


def _themes_told(question: Question, value: Any) -> frozenset[Theme]:
    """The themes that the chosen options, or the rows of a group, tell of beside the question's own."""
    if question.row_theme:
        column = next(column for column in question.fields if column.link_id == question.row_theme)
        options = [column.option(row.get(question.row_theme, "")) for row in value or ()]
    else:
        options = [question.option(code) for code in (value if isinstance(value, list) else [value])]
    return frozenset(option.theme for option in options if option is not None and option.theme is not None)


def _value(sections: Mapping[str, Mapping[str, Any]], area: str, link_id: str) -> Any:
    answers: Mapping[str, Any] = sections.get(area, {}).get("answers") or {}
    return answers.get(link_id, {}).get("value")


@dataclass(frozen=True)
class _Permission:
    recipient: str
    themes: frozenset[Theme]
    own_ticks: frozenset[str]
    free_text: frozenset[str]
    address_graded: bool

    def allows(self, question: Question) -> bool:
        return (
            question.theme in self.themes
            and question.meant_for(self.recipient)
            and (not question.needs_tick(self.recipient) or question.link_id in self.own_ticks)
            and (not question.free_text or question.link_id in self.free_text)
            and not (self.address_graded and question.tells_place)
        )

    def allows_item(self, question: Question, theme: Theme | None) -> bool:
        """Whether an option or a row about a theme may go along with its question."""
        ticked = question.link_id in self.own_ticks
        return theme in self.themes and (ticked or self.recipient != CASE_SYSTEM or theme not in TICKED_FOR_CASE_SYSTEM)


def _leaving(area: Area, stored: Mapping[str, Any], permission: _Permission, language: str) -> Iterator[WalkedAnswer]:
    for question in _told(area, stored):
        if not permission.allows(question):
            continue
        answer = answer_in(question.link_id, stored[question.link_id], language)
        if question.type.has_columns:
            answer = _permitted_rows(question, answer, permission)
        elif any(option.theme for option in question.options):
            answer = _permitted_items(question, answer, permission)
        if not question.type.is_empty(answer.value):
            source = answer.source.without_name() if permission.address_graded else answer.source
            yield replace(answer, source=source, urgent=question.immediate_help and answer.value == YES)


def _permitted_items(question: Question, answer: WalkedAnswer, permission: _Permission) -> WalkedAnswer:
    """A ranked list without items about other themes; the rest is not numbered, so no gap shows."""
    permitted = []
    for code, text in zip(answer.value, answer.shown, strict=True):
        option = question.option(code)
        if option is not None and (option.theme is None or permission.allows_item(question, option.theme)):
            permitted.append((code, text))
    return replace(answer, value=[code for code, _ in permitted], shown=tuple(text for _, text in permitted))


def _permitted_rows(question: Question, answer: WalkedAnswer, permission: _Permission) -> WalkedAnswer:
    """The rows about permitted themes. A partner gets only rows that name it, and their free text only when ticked."""
    texts = {column.link_id for column in question.fields if column.free_text}
    if question.link_id in permission.free_text:
        texts = set()
    permitted = []
    for row, lines in zip(answer.value, answer.shown, strict=True):
        if not _permitted_row(question, row, permission):
            continue
        columns = [column.link_id for column in question.fields if column.link_id in row]
        leaving = [(key, row[key], line) for key, line in zip(columns, lines, strict=True) if key not in texts]
        if leaving:
            permitted.append(({key: value for key, value, _ in leaving}, [line for _, _, line in leaving]))
    return replace(answer, value=[row for row, _ in permitted], shown=tuple(lines for _, lines in permitted))


def _row_theme(question: Question, row: Mapping[str, Any]) -> Theme | None:
    """The theme a row is about, where one of its columns says it."""
    columns = {column.link_id: column for column in question.fields}
    if not question.row_theme:
        return None
    option = columns[question.row_theme].option(row.get(question.row_theme, ""))
    return option.theme if option is not None else None


def _permitted_row(question: Question, row: Mapping[str, Any], permission: _Permission) -> bool:
    if question.row_theme and not permission.allows_item(question, _row_theme(question, row)):
        return False
    partner = row.get(question.row_recipient) if question.row_recipient else permission.recipient
    return permission.recipient in (CASE_SYSTEM, partner)
