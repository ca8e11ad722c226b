"""The pages where the person chooses: to be mapped, whom to ask, whom to share with. Ja and Nei are always equal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from brik.mapping.questionnaire.themes import THEME_LABELS, Theme
from brik.pages.forms import Choice, ChoiceCards, ChoiceOption, MultiChoice, TextField
from consent.record import steps
from consent.record.choices import MAX_SOURCES, MONTHS, last_day
from consent.record.recipients import all_themes
from consent.talk.forms.step_forms import StepForm
from consent.talk.talk_context import TalkContext
from consent.texts.sentences import say_date


class Cards(ChoiceCards):
    """Ja and Nei as equal cards, nothing preselected. The third answer (later) is a button."""

    def valid_value(self, value: Any) -> bool:
        return value == steps.LATER or super().valid_value(value)


def yes_or_no(texts: dict[str, Any], errors: dict[str, Any]) -> Cards:
    return Cards(
        label=texts["question"],
        choices=[
            ChoiceOption(steps.YES, texts["yes"], icon="checkmark-circle"),
            ChoiceOption(steps.NO, texts["no"], icon="x-mark-octagon"),
        ],
        mark=False,
        missing=errors["choose"],
    )


class MappingForm(StepForm):
    def build(self) -> None:
        self.fields["answer"] = yes_or_no(self.body["mapping"], self.body["errors"])


def theme_boxes(
    talk: TalkContext, themes: Sequence[Theme], *, label: str, missing: str, condition: str = "answer", **kwargs: Any
) -> MultiChoice:
    language = talk.text.language
    return MultiChoice(
        label=label,
        choices=[(str(theme), THEME_LABELS[theme][language]) for theme in themes],
        conditional_on=(condition, {steps.YES}),
        mark=False,
        missing=missing,
        **kwargs,
    )


class SourcesForm(StepForm):
    """Who may be asked about the person, by name, and about which themes."""

    def build(self) -> None:
        texts, errors = self.body["sources"], self.body["errors"]
        self.fields["answer"] = yes_or_no(texts, errors)
        for number in range(1, MAX_SOURCES + 1):
            self.fields[f"name_{number}"] = TextField(
                label=texts["who"],
                hint=texts["who_hint"],
                max_length=120,
                required=number == 1,
                conditional_on=("answer", {steps.YES}),
                mark=False,
                missing=errors["source"],
            )
            self.fields[f"about_{number}"] = theme_boxes(
                self.talk, all_themes(self.talk.talk.kind), label=texts["about"], missing=errors["about"],
                required=number == 1,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for number in range(2, MAX_SOURCES + 1):
            name, about = cleaned.get(f"name_{number}"), cleaned.get(f"about_{number}")
            if name and not about:
                self.add_error(f"about_{number}", self.body["errors"]["about"])
            if about and not name:
                self.add_error(f"name_{number}", self.body["errors"]["source"])
        return cleaned

    def rows(self) -> list[dict[str, Any]]:
        """The fields in pairs, for the template."""
        return [
            {"number": number, "name": self[f"name_{number}"], "about": self[f"about_{number}"]}
            for number in range(1, MAX_SOURCES + 1)
        ]

    def answer(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned["answer"] != steps.YES:
            return {"answer": cleaned["answer"]}
        named = [
            {"name": cleaned[f"name_{number}"], "themes": cleaned[f"about_{number}"]}
            for number in range(1, MAX_SOURCES + 1)
            if cleaned.get(f"name_{number}")
        ]
        return {"answer": steps.YES, "sources": named}

    @staticmethod
    def initial_of(answer: dict[str, Any]) -> dict[str, Any]:
        initial = {"answer": answer.get("answer")}
        for number, source in enumerate(answer.get("sources", []), start=1):
            initial |= {f"name_{number}": source["name"], f"about_{number}": source["themes"]}
        return initial


class SharingForm(StepForm):
    """One recipient: Ja or Nei, and after a Ja which themes and for how long."""

    def build(self) -> None:
        texts, errors = self.body["recipients"], self.body["errors"]
        # Where the recipient is gone the form is made only to show what was typed.
        gone = not self.talk.can_ask(self.step)
        themes = all_themes(self.talk.talk.kind) if gone else self.talk.offer(self.step).themes
        now, language = timezone.now(), self.talk.text.language
        self.fields["answer"] = yes_or_no(texts, errors)
        self.fields["themes"] = theme_boxes(
            self.talk, themes, label=texts["themes"], missing=errors["themes"], hint=texts["themes_hint"]
        )
        self.fields["months"] = Choice(
            label=texts["months"],
            choices=[
                (
                    str(months),
                    texts["month"].format(months=months, date=say_date(last_day(now, months), language)),
                )
                for months in MONTHS
            ],
            conditional_on=("answer", {steps.YES}),
            mark=False,
            missing=errors["months"],
        )

    def answer(self) -> dict[str, Any]:
        cleaned = super().answer()
        if "months" in cleaned:
            cleaned["months"] = int(cleaned["months"])
        return {**cleaned, "organisation": self.talk.offer(self.step).organisation.pk}
