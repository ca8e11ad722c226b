"""The pages of the talk that ask for something. Labels and errors come from the text in the person's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.mapping.places import municipalities
from brik.mapping.themes import THEME_LABELS, Theme
from brik.pages.forms import (
    Choice,
    ChoiceCards,
    Confirm,
    MultiChoice,
    MunicipalityField,
    Option,
    PageForm,
    TextField,
    UploadField,
    YesNoField,
)
from consent import signature, steps
from consent.choices import MAX_SOURCES, MONTHS, WAYS_TO_SIGN, last_day
from consent.models import Language
from consent.recipients import all_themes
from consent.refusals import Why
from consent.sentences import say_date
from consent.talk_context import TalkContext

# The order things are asked in; the database keeps the words of a text, not their order.
QUALIFICATIONS = ("A", "B", "C", "D", "E", "NONE")
PRESENCE = ("ROOM", "SCREEN", "PHONE")
PEOPLE = ("CONTACT_OFFICER", "STAFF", "LAWYER", "GUARDIAN", "SUPPORT")
WAYS = ("READ", "READ_ALOUD", "INTERPRETED")


def in_order(words: dict[str, str], codes: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, words[code]) for code in codes]


class StepForm(PageForm):
    """One step of a talk. ``answer`` is what is stored of it."""

    marks = "none"

    def __init__(self, *, talk: TalkContext, step: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.talk, self.step, self.body = talk, step, talk.body
        self.build()

    def build(self) -> None:
        """Add the fields, with what only this talk knows."""

    def answer(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}


class NothingToAnswer(StepForm):
    """A page that is read: going on is the answer."""


class LanguageForm(StepForm):
    """Step one, for the staff: language, interpreter, who is in the room, and where the person belongs."""

    marks = "optional"

    def build(self) -> None:
        # The staff's own page: in bokmål, whatever language the talk goes on in.
        body = (self.talk.texts.get("nb") or self.talk.text).body
        people, labels = body["people"], body["interpreter"]
        yes: dict[str, Any] = {"conditional_on": ("interpreter", {steps.YES})}
        self.fields["language"] = Choice(
            label=_("Hvilket språk skal teksten være på?"),
            choices=[(code, Language(code).label) for code in self.talk.texts],
        )
        self.fields["interpreter"] = YesNoField(label=_("Er det tolk i samtalen?"), inline=True)
        self.fields["agency"] = TextField(label=_("Hvem har formidlet tolken?"), max_length=120, **yes)
        self.fields["spoken"] = TextField(label=_("Språket det tolkes til"), max_length=60, **yes)
        self.fields["qualification"] = Choice(
            label=_("Tolkens kvalifikasjon"), choices=in_order(labels["qualifications"], QUALIFICATIONS), **yes
        )
        self.fields["presence"] = Choice(
            label=_("Hvordan er tolken til stede?"), choices=in_order(labels["presence"], PRESENCE), inline=True, **yes
        )
        self.fields["impartial"] = Confirm(
            label=_("Tolken er voksen, er ikke innsatt og er ikke i familie med personen"),
            missing=_("Bekreft at tolken er voksen og ikke er familie eller medinnsatt."),
            **yes,
        )
        self.fields["present"] = MultiChoice(
            label=_("Hvem andre er i rommet?"), choices=in_order(people, PEOPLE), required=False
        )
        names = tuple(municipalities().values())
        self.fields["registered"] = MunicipalityField(
            label=_("Kommunen personen er folkeregistrert i"),
            hint=_("Avgjør hvilket NAV-kontor i staten det gjelder. La stå tomt hvis dere ikke vet."),
            municipalities=names,
            required=False,
        )
        self.fields["actual"] = MunicipalityField(
            label=_("Kommunen personen bodde i før fengsling"),
            hint=_("Avgjør hvilket NAV-kontor i kommunen det gjelder. La stå tomt hvis dere ikke vet."),
            municipalities=names,
            required=False,
        )
        if not self.talk.age_is_known:
            self.fields["adult"] = YesNoField(
                label=_("Er personen fylt 18 år?"), extra=[("VET_IKKE", _("Vet ikke"))], inline=True
            )

    def clean_adult(self) -> str:
        adult = self.cleaned_data["adult"]
        if adult != steps.YES:
            raise forms.ValidationError(Why.AGE_UNKNOWN.label, code="age")
        return str(adult)

    def answer(self) -> dict[str, Any]:
        numbers = {name: number for number, name in municipalities().items()}
        places = {name: numbers.get(self.cleaned_data[name], "") for name in ("registered", "actual")}
        return {**super().answer(), **{name: number for name, number in places.items() if number}}

    @staticmethod
    def initial_of(answer: dict[str, Any]) -> dict[str, Any]:
        places = {name: municipalities().get(answer.get(name, ""), "") for name in ("registered", "actual")}
        return {**answer, **places}


class InformationForm(StepForm):
    def build(self) -> None:
        texts = self.body["information"]
        self.fields["how"] = MultiChoice(
            label=texts["how"], hint=texts["how_hint"], choices=in_order(texts["ways"], WAYS), mark=False,
            missing=self.body["errors"]["how"],
        )  # fmt: skip


class Cards(ChoiceCards):
    """Ja and Nei as equal cards, nothing preselected. The third way out is a button, not a card."""

    def valid_value(self, value: Any) -> bool:
        return value == steps.LATER or super().valid_value(value)


def yes_or_no(texts: dict[str, Any], errors: dict[str, Any]) -> Cards:
    return Cards(
        label=texts["question"],
        choices=[
            Option(steps.YES, texts["yes"], icon="checkmark-circle"),
            Option(steps.NO, texts["no"], icon="x-mark-octagon"),
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
    """Who may be asked about the person, each by name, and what they may be asked about."""

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
        """The fields in pairs, for the page."""
        return [
            {"number": number, "name": self[f"name_{number}"], "about": self[f"about_{number}"]}
            for number in range(1, MAX_SOURCES + 1)
        ]

    def answer(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given["answer"] != steps.YES:
            return {"answer": given["answer"]}
        named = [
            {"name": given[f"name_{number}"], "themes": given[f"about_{number}"]}
            for number in range(1, MAX_SOURCES + 1)
            if given.get(f"name_{number}")
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
        texts, errors, offer = self.body["recipients"], self.body["errors"], self.talk.offer(self.step)
        now, language = timezone.now(), self.talk.text.language
        self.fields["answer"] = yes_or_no(texts, errors)
        self.fields["themes"] = theme_boxes(
            self.talk, offer.themes, label=texts["themes"], missing=errors["themes"], hint=texts["themes_hint"]
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
        given = super().answer()
        if "months" in given:
            given["months"] = int(given["months"])
        return {**given, "organisation": self.talk.offer(self.step).organisation.pk}


class ExplainedForm(StepForm):
    """Did we explain well enough? What is answered is looked at once, to explain again, and never stored."""

    def build(self) -> None:
        for question in self.body["explained"]["questions"]:
            self.fields[question["id"]] = Choice(
                label=question["question"],
                choices=[(option["code"], option["text"]) for option in question["options"]],
                required=False,
                mark=False,
            )

    def to_explain_again(self) -> list[dict[str, Any]]:
        """The questions whose answers show that we did not explain well enough."""
        questions = self.body["explained"]["questions"]
        return [question for question in questions if self.cleaned_data.get(question["id"]) not in ("", "RIGHT", None)]

    def answer(self) -> dict[str, Any]:
        return {}


class SignatureForm(StepForm):
    """Drawn, typed with a confirmation, or on paper with a scan."""

    def __init__(self, *, too_big: bool = False, **kwargs: Any) -> None:
        self.too_big = too_big
        super().__init__(**kwargs)

    def build(self) -> None:
        texts, errors = self.body["signature"], self.body["errors"]
        common: dict[str, Any] = {"mark": False}
        self.fields["method"] = Choice(
            label=texts["method"], choices=in_order(texts["methods"], WAYS_TO_SIGN), missing=errors["method"], **common
        )
        self.fields["path"] = forms.CharField(
            widget=forms.HiddenInput, required=False, max_length=signature.MAX_PATH, strip=True
        )
        # A field of Django's own, so that it is told by hand when it is asked.
        self.fields["path"].conditional_on = ("method", {"DRAWN"})  # type: ignore[attr-defined]
        self.fields["name"] = TextField(
            label=texts["typed"],
            max_length=120,
            missing=errors["typed"],
            conditional_on=("method", {"TYPED"}),
            autocomplete="off",
            **common,
        )
        self.fields["confirmed"] = Confirm(
            label=texts["confirm"], missing=errors["confirm"], conditional_on=("method", {"TYPED"}), **common
        )
        self.fields["scan"] = UploadField(
            label=texts["paper"],
            hint=texts["paper_hint"],
            missing=errors["size"] if self.too_big else errors["paper"],
            conditional_on=("method", {"PAPER"}),
            max_bytes=signature.MAX_SCAN,
            **common,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("method") == "DRAWN" and not signature.is_drawing(cleaned.get("path") or ""):
            self.add_error("method", self.body["errors"]["drawn"])
        for code in ("size", "kind", "empty"):
            if self.has_error("scan", code):
                del self.errors["scan"]
                self.add_error("scan", self.body["errors"][code])
        return cleaned

    @property
    def scan(self) -> bytes | None:
        upload = self.cleaned_data.get("scan")
        return upload.read() if upload and self.cleaned_data["method"] == "PAPER" else None

    def answer(self) -> dict[str, Any]:
        given = self.cleaned_data
        kept = {"DRAWN": ("path",), "TYPED": ("name", "confirmed"), "PAPER": ()}[given["method"]]
        return {"method": given["method"], **{name: given[name] for name in kept}}


FORMS: dict[str, type[StepForm]] = {
    steps.LANGUAGE: LanguageForm,
    steps.INFORMATION: InformationForm,
    steps.MAPPING: MappingForm,
    steps.SOURCES: SourcesForm,
    **dict.fromkeys(steps.SHARING.values(), SharingForm),
    steps.EXPLAINED: ExplainedForm,
    steps.READ_BACK: NothingToAnswer,
    steps.SIGNATURE: SignatureForm,
    steps.CLOSING: NothingToAnswer,
}
