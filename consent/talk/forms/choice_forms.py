"""The pages where the person chooses: to be mapped, whom to ask, whom to share with. Ja and Nei are always equal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from brik.definitions.code_lists import municipalities
from brik.mapping.questionnaire.themes import Theme
from brik.pages.forms import Choice, ChoiceCards, ChoiceOption, MultiChoice, MunicipalityField, field_of
from brik.staff.models import OrganisationKind
from consent.record import steps
from consent.record.choice_facts import recipient
from consent.record.choices import MAX_SOURCES, MONTHS
from consent.record.recipients import all_themes
from consent.talk.forms.step_forms import StepForm, text_field
from consent.talk.talk_context import TalkContext

# In place of a municipality.
UNKNOWN = "VET_IKKE"


class Cards(ChoiceCards):
    """Ja and Nei as equal cards, nothing preselected. The third answer (later) is a button."""

    asked_by_title = True

    def valid_value(self, value: Any) -> bool:
        return value == steps.LATER or super().valid_value(value)


def yes_or_no(texts: dict[str, Any], errors: dict[str, Any], *, title: str) -> Cards:
    """Ja and Nei; the title of the page is the question."""
    return Cards(
        label=title,
        choices=[
            ChoiceOption(steps.YES, texts["yes"], icon="checkmark-circle"),
            ChoiceOption(steps.NO, texts["no"], icon="x-mark-octagon"),
        ],
        mark=False,
        missing=errors["choose"],
    )


class MappingForm(StepForm):
    def build(self) -> None:
        texts = self.body["mapping"]
        self.fields["answer"] = yes_or_no(texts, self.body["errors"], title=texts["title"])


def months_choice(texts: dict[str, Any], *, missing: str, **kwargs: Any) -> Choice:
    """For how long; ``texts`` are those of the page that is common to all recipients."""
    choices = [(str(months), texts["month"][str(months)]) for months in MONTHS]
    return Choice(label=texts["months"], choices=choices, mark=False, missing=missing, **kwargs)


class CommonForm(StepForm):
    """What is the same for all recipients, and for how long; each of them can have a span of its own."""

    def build(self) -> None:
        if self.talk.asks_months:
            texts = self.body["common"]
            missing = self.body["errors"]["choose"]
            self.fields["months"] = months_choice(texts, missing=missing, hint=texts["months_hint"])

    def answer(self) -> dict[str, Any]:
        return {name: int(months) for name, months in super().answer().items()}


class MunicipalityForm(StepForm):
    """Where the person will live, if nobody knew it when the talk began."""

    def build(self) -> None:
        texts = self.body["recipients"]["kinds"][OrganisationKind.NAV_MUNICIPAL]["municipality"]
        missing = self.body["errors"]["municipality"]
        place = MunicipalityField(
            label=texts["question"],
            municipalities=tuple(municipalities().values()),
            skip=[(UNKNOWN, texts["unknown"])],
            mark=False,
            missing=missing,
        )
        place.error_messages |= {"municipality": missing, "max_length": missing}
        self.fields["actual"] = place

    def answer(self) -> dict[str, Any]:
        numbers = {name: number for number, name in municipalities().items()}
        return {"actual": numbers.get(self.cleaned_data["actual"], "")}

    @staticmethod
    def initial_of(answer: dict[str, Any]) -> dict[str, Any]:
        """The stored municipality by name; the box for one who did not know."""
        return {"actual": municipalities().get(answer["actual"], UNKNOWN)} if answer else {}


def theme_boxes(
    talk: TalkContext, themes: Sequence[Theme], *, label: str, missing: str, condition: str = "answer", **kwargs: Any
) -> MultiChoice:
    labels = talk.body["themes"]
    return MultiChoice(
        label=label,
        choices=[(str(theme), labels[theme]) for theme in themes],
        conditional_on=(condition, {steps.YES}),
        mark=False,
        missing=missing,
        **kwargs,
    )


class SourcesForm(StepForm):
    """Who may be asked about the person, by name, and about which themes."""

    def build(self) -> None:
        texts, errors = self.body["sources"], self.body["errors"]
        self.fields["answer"] = yes_or_no(texts, errors, title=texts["title"])
        for number in range(1, MAX_SOURCES + 1):
            row = texts["number"].format(number=number)
            self.fields[f"name_{number}"] = text_field(
                errors,
                row=row if number > 1 else "",
                label=texts["who"],
                hint=texts["who_hint"] if number == 1 else "",
                max_length=120,
                required=number == 1,
                conditional_on=("answer", {steps.YES}),
                mark=False,
                missing=errors["source"],
            )
            self.fields[f"about_{number}"] = theme_boxes(
                self.talk, all_themes(self.talk.talk.kind), label=texts["about"], missing=errors["about"],
                required=number == 1, row=row if number > 1 else "",
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
        title, found = self.body["sources"]["number"], list[dict[str, Any]]()
        for number in reversed(range(1, MAX_SOURCES + 1)):
            name, about = self[f"name_{number}"], self[f"about_{number}"]
            # A closed row hides those after it.
            is_open = bool(name.value() or about.value() or name.errors or about.errors or (found and found[0]["open"]))
            row = {
                "number": number,
                "title": title.format(number=number),
                "name": name,
                "about": about,
                "open": is_open,
            }
            found.insert(0, row)
        return found

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
    """One recipient: Ja or Nei, and after a Ja which themes; how long is as for all, unless changed here."""

    def build(self) -> None:
        texts, errors = self.body["recipients"], self.body["errors"]
        kind = steps.KIND_OF[self.step]
        title = texts["kinds"][kind]["title"]
        # Where the recipient is gone the form is made only to show what was typed.
        offer = self.talk.offer(self.step) if self.talk.can_ask(self.step) else None
        name = recipient(self.body, offer, self.talk.text.language) if offer else self.body["kinds"][kind]
        themes = offer.themes if offer else all_themes(self.talk.talk.kind)
        self.fields["answer"] = yes_or_no(texts, errors, title=title)
        self.fields["themes"] = theme_boxes(
            self.talk, themes, label=texts["themes"], missing=errors["themes"].format(recipient=name)
        )
        self.fields["months"] = months_choice(
            self.body["common"],
            missing=errors["months"].format(recipient=name),
            conditional_on=("answer", {steps.YES}),
            initial=self.talk.months,
        )
        # What is folded up says it already: until when.
        field_of(self, "months", Choice).asked_by_title = True

    def answer(self) -> dict[str, Any]:
        """What is as for all is not stored here: changed there, it is changed for this recipient too."""
        cleaned = super().answer()
        if months := cleaned.pop("months", None):
            cleaned |= {} if int(months) == self.talk.months else {"months": int(months)}
        return {**cleaned, "organisation": self.talk.offer(self.step).organisation.pk}
