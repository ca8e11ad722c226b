"""The form of one life area: its fields and its validation come from the questionnaire."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brik.mapping.pages.area.answer_fields import (
    HelpField,
    answer_field,
    as_typed,
    cell_field,
    cell_name,
    field_of,
    typed_in,
)
from brik.mapping.questionnaire import answers
from brik.mapping.questionnaire.question_types.cleaning import Unacceptable
from brik.mapping.questionnaire.structure import YES, Area, Question
from brik.mapping.questionnaire.walk import may_be_told_by
from brik.pages.forms import PageForm, RankField, Select

SENTENCES = {
    "not_an_option": _("Velg et av svarene på siden."),
    "not_together": _("Velg bare ett svar når du velger «vet ikke», «ønsker ikke å svare» eller «ingen»."),
    "too_many": _("Du har valgt flere enn det er plass til."),
    "twice": _("Du har valgt det samme to ganger."),
    "too_long": _("Teksten er for lang."),
    "eleven_digits": _("Ta bort tallet med 11 sifre. Her skal det ikke stå fødselsnummer eller kontonummer."),
    "not_text": _("Teksten inneholder tegn vi ikke kan lagre."),
    "not_a_number": _("Skriv et helt tall med sifre, for eksempel 3."),
    "out_of_range": _("Tallet er for lavt eller for høyt."),
    "not_a_date": _("Vi forstod ikke datoen. Skriv den som i eksempelet."),
    "unknown_municipality": _("Skriv navnet på en norsk kommune, for eksempel Oslo."),
    "unknown_language": _("Velg et språk fra listen."),
}
FORGED = {"not_an_option", "not_text", "not_asked"}
SELF_SAID = _("Personen selv")
CONFIRMED = _("Bekreftet av dokument eller register")
MAX_ROWS = 6


def rows_of(question: Question) -> range:
    """The rows of a repeating group, whether filled in or not."""
    return range(question.max_items or MAX_ROWS)


class AreaForm(PageForm):
    """One life area. Fields are named by the link ids of the questions; each has a field for the source of the answer.

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
        self.source_choices = [
            (answers.SELF, SELF_SAID),
            (answers.CONFIRMED, CONFIRMED),
            *((answers.THIRD_PARTY + name, name) for name in sources or {}),
        ]
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
            self.fields[f"{link_id}_help"] = HelpField(conditional_on=(link_id, {YES}))
        if question.administrative:
            return
        source = Select(required=False, label=_("Hvor kommer svaret fra?"), mark=False)
        source.choices = self._choices_of(question)  # no empty choice: there is always a source
        source.initial = self.kept.get(link_id, {}).get("source", answers.SELF)
        self.fields[f"{link_id}_source"] = source
        if answer_field(question).clearable:
            self.fields[f"{link_id}_clear"] = forms.BooleanField(required=False)

    def _choices_of(self, question: Question) -> list[tuple[str, Any]]:
        """The sources of one answer: others only where they may be asked about what it tells of."""
        shut = {
            answers.THIRD_PARTY + name for name, themes in self.sources.items() if not may_be_told_by(question, themes)
        }
        return [choice for choice in self.source_choices if choice[0] not in shut]

    def _add_group(self, question: Question) -> None:
        rows = self.kept.get(question.link_id, {}).get("value") or []
        for number in rows_of(question):
            for column in question.fields:
                name = cell_name(question, number, column)
                self.fields[name] = cell_field(column, self.language)
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
                if value is not None and not self.cleaned_data.get(f"{question.link_id}_clear"):
                    self.values[question.link_id] = value

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
                default = answers.CONFIRMED if question.administrative else answers.SELF
                source = self.cleaned_data.get(f"{link_id}_source") or default
                stored_answers[link_id] = answers.stored(
                    question, self.values[link_id], language=self.language, source=source
                )
        return stored_answers

    @property
    def asks_for_help(self) -> bool:
        """Whether the sent page has a new yes to talking to somebody now, whether or not the page is valid."""
        return any(
            self.data.get(self.add_prefix(question.link_id)) == YES
            and self.kept.get(question.link_id, {}).get("value") != YES
            for question in self.area.questions
            if question.immediate_help
        )
