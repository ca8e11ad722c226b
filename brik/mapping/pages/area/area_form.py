"""The form of one life area: its fields and its validation come from the questionnaire."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from django import forms

from brik.mapping.pages.area.answer_fields import (
    SENTENCES,
    NoticeField,
    answer_field,
    as_typed,
    cell_field,
    cell_name,
    field_of,
    row_name,
    typed_in,
)
from brik.mapping.pages.area.source_fields import SOURCE, confirmation_of, names_of, source_fields
from brik.mapping.questionnaire import answers
from brik.mapping.questionnaire.question_types.cleaning import Unacceptable
from brik.mapping.questionnaire.stored_answers import WalkedAnswer, answer_in
from brik.mapping.questionnaire.structure import YES, Area, Question
from brik.mapping.questionnaire.walk import ADDRESS_GRADED
from brik.pages.forms import PageForm, RankField

FORGED = {"not_an_option", "not_text", "not_asked"}
MAX_ROWS = 6


def rows_of(question: Question) -> range:
    """The rows of a repeating group, whether filled in or not."""
    return range(question.max_items or MAX_ROWS)


class AreaForm(PageForm):
    """One life area. Fields are named by the link ids of the questions; each has fields for the source of the answer.

    ``kept`` are the stored answers; ``sources`` whom the consent lets us ask, about which themes.
    """

    marks = "required"

    def __init__(
        self,
        *args: Any,
        area: Area,
        language: str,
        sources: Mapping[str, Collection[str]] | None = None,
        kept: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.area, self.language, self.kept = area, language, kept or {}
        kwargs["initial"] = {link_id: as_typed(area, link_id, answer["value"]) for link_id, answer in self.kept.items()}
        super().__init__(*args, **kwargs)
        self.sources = sources or {}
        for question in area.questions:
            if question.type.has_columns:
                self._add_group(question)
            elif question.asked:
                self._add(question)

    # --- Making the fields ---

    def _add(self, question: Question) -> None:
        link_id = question.link_id
        self.fields[link_id] = field_of(question, self.language)
        if question.immediate_help:
            self.fields[f"{link_id}_help"] = NoticeField(conditional_on=(link_id, {YES}))
        if link_id in ADDRESS_GRADED:
            self.fields[f"{link_id}_grade"] = NoticeField(conditional_on=(link_id, {YES}))
        if question.administrative:
            return
        self.fields |= source_fields(
            question,
            language=self.language,
            asked=self.sources,
            kept=self.kept.get(link_id, {}),
            left_open=self.is_bound and self.data.get(self.add_prefix(names_of(link_id)[SOURCE])) == "",
        )
        if answer_field(question).clearable:
            self.fields[f"{link_id}_clear"] = forms.BooleanField(required=False)

    def _add_group(self, question: Question) -> None:
        rows = self.kept.get(question.link_id, {}).get("value") or []
        for number in rows_of(question):
            for column in question.fields:
                name = cell_name(question, number, column)
                self.fields[name] = cell_field(column, self.language, row=row_name(question, number, self.language))
                if number < len(rows):
                    self.initial[name] = typed_in(column, rows[number].get(column.link_id))

    # --- Reading what was sent ---

    @property
    def unknown_names(self) -> set[str]:
        """Sent names with this form's prefix that no page of ours sends."""
        names = {self.add_prefix(name) for name in self.fields}
        names |= {f"{name}-instead" for name in names}
        names |= {
            f"{self.add_prefix(name)}_{place}"
            for name, field in self.fields.items()
            if isinstance(field, RankField)
            for place in range(len(field.fields))
        }
        return set(self.sent) - names

    @property
    def typed(self) -> dict[str, list[str]]:
        """What was sent with this form's prefix; for a form that was not sent, what its stored answers would send."""
        if not self.is_bound:
            return {sent: values for name in self.fields for sent, values in self[name].untouched.items()}
        return self.sent

    def link_id_of(self, name: str) -> str:
        """The link id of the question that a field name belongs to, with or without prefix; empty for none."""
        own = name.removeprefix(f"{self.prefix}-")
        link_ids = (
            question.link_id
            for question in self.area.questions
            if re.match(rf"{re.escape(question.link_id)}([-/_]|$)", own)
        )
        return max(link_ids, key=len, default="")

    @property
    def forged(self) -> list[str]:
        """Fields with a value that no page of ours offers."""
        codes_of = {name: {error.code for error in errors} for name, errors in self.errors.as_data().items()}
        return [name for name, codes in codes_of.items() if codes & (FORGED | {"invalid_choice", "invalid_list"})]

    def clean(self) -> None:
        """Let the questionnaire check each answer; ``self.values`` holds the valid ones."""
        self.values: dict[str, Any] = {}
        for question in self.area.questions:
            if not question.asked:
                continue
            names = [
                name for name in self.fields if name == question.link_id or name.startswith(f"{question.link_id}/")
            ]
            if any(name in self.errors for name in names):
                continue
            try:
                value = answers.clean(question, self._raw(question))
            except Unacceptable as refusal:
                self.add_error(names[0], forms.ValidationError(SENTENCES[refusal.key], code=refusal.key))
            else:
                if value is None or self.cleaned_data.get(f"{question.link_id}_clear"):
                    self._forget_source(question)
                elif not any(name in self.errors for name in names_of(question.link_id).values()):
                    self.values[question.link_id] = value

    def _forget_source(self, question: Question) -> None:
        """Ask nothing about the source where there is no answer."""
        for name in names_of(question.link_id).values():
            if {error.code for error in self.errors.as_data().get(name, ())} == {"required"}:
                del self.errors[name]

    def _raw(self, question: Question) -> Any:
        if not question.type.has_columns:
            return self._sent(question, question.link_id)
        return [
            {column.link_id: self._sent(column, cell_name(question, number, column)) for column in question.fields}
            for number in rows_of(question)
        ]

    def _sent(self, question: Question, name: str) -> Any:
        return answer_field(question).sent(self.cleaned_data.get(name))

    def answers(self) -> dict[str, Any]:
        """The valid answers as they are stored, each with the words of its question."""
        self.is_valid()  # checks what was sent, once
        stored_answers = {}
        for question in self.area.questions:
            if (link_id := question.link_id) in self.values:
                stored_answers[link_id] = answers.stored(
                    question,
                    self.values[link_id],
                    language=self.language,
                    source=self.cleaned_data.get(names_of(link_id)[SOURCE]) or "",
                    confirmation=confirmation_of(self, link_id),
                )
        return stored_answers

    def answers_read(self) -> dict[str, WalkedAnswer]:
        """The valid answers in words, by link id."""
        return {link_id: answer_in(link_id, answer, self.language) for link_id, answer in self.answers().items()}

    @property
    def asks_for_help(self) -> bool:
        """Whether the sent page has a new yes to talking to somebody now, whether or not the page is valid."""
        return any(
            self.data.get(self.add_prefix(question.link_id)) == YES
            and self.kept.get(question.link_id, {}).get("value") != YES
            for question in self.area.questions
            if question.immediate_help
        )
