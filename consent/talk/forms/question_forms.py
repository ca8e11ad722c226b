"""The forms of the talk by step. Labels and errors come from the text in the person's language."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from django import forms

from brik.pages.fields.bound_field import PageBoundField
from brik.pages.forms import Choice, ChoiceCards, Confirm, UploadField
from brik.people.aliases import all_names
from consent.record import steps
from consent.record.choice_facts import asked_about, standing_lines
from consent.record.choices import WAYS_TO_SIGN
from consent.talk import signature
from consent.talk.forms.choice_forms import CommonForm, MappingForm, MunicipalityForm, SharingForm, SourcesForm
from consent.talk.forms.first_form import LanguageForm
from consent.talk.forms.name_similarity import resembles
from consent.talk.forms.standing_form import StandingForm, how_field, still_or_not
from consent.talk.forms.step_forms import NothingToAnswer, StepForm, in_order, text_field
from consent.talk.signing import scans
from consent.texts.sentences import isolated


class InformationForm(StepForm):
    def build(self) -> None:
        self.fields["how"] = how_field(self.talk)


class ExplainedForm(StepForm):
    """Whether we explained well enough. The answers are used once, to explain again, and never stored."""

    def build(self) -> None:
        for question in self.body["explained"]["questions"]:
            self.fields[question["id"]] = Choice(
                label=question["question"],
                choices=[(option["code"], option["text"]) for option in question["options"]],
                required=False,
                mark=False,
            )

    def to_confirm(self) -> list[dict[str, Any]]:
        """The questions to explain again."""
        questions = self.body["explained"]["questions"]
        return [question for question in questions if self.cleaned_data.get(question["id"]) not in ("", "RIGHT", None)]

    def answer(self) -> dict[str, Any]:
        return {}


@dataclass(frozen=True)
class ShownSheet:
    """A scan as it is kept, and the question whether it is the right sheet."""

    scan: bytes
    question: str

    @property
    def pages(self) -> list[str]:
        """Each page as the address of a picture that lies in the page itself."""
        pages = scans.pages_in(self.scan)
        return [f"data:image/jpeg;base64,{b64encode(page).decode()}" for page in pages]


class SignatureForm(StepForm):
    """Drawn, typed with a confirmation, or on paper with a scan."""

    def __init__(self, *, too_big: bool = False, shown: bool = False, **kwargs: Any) -> None:
        """``shown``: the page asked whether the scan that is kept is the right sheet, and this answers it."""
        self.too_big, self.shown = too_big, shown
        self.redrawn_scan: bytes | None = None
        super().__init__(**kwargs)

    def build(self) -> None:
        texts, errors = self.body["signature"], self.body["errors"]
        common: dict[str, Any] = {"mark": False}
        self.fields["method"] = Choice(
            label=texts["method"], choices=in_order(texts["methods"], WAYS_TO_SIGN), missing=errors["method"], **common
        )
        path = forms.CharField(widget=forms.HiddenInput, required=False, max_length=signature.MAX_PATH, strip=True)
        # One of Django's own fields, which takes no argument for its condition.
        vars(path)["conditional_on"] = ("method", {"DRAWN"})
        self.fields["path"] = path
        self.fields["name"] = text_field(
            errors,
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
            required=self._kept() is None,
            **common,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._redraw(cleaned)
        if cleaned.get("method") == "DRAWN" and not signature.is_drawing(cleaned.get("path") or ""):
            self.add_error("method", self.body["errors"]["drawn"])
        for code in ("size", "kind", "empty"):
            if self.has_error("scan", code):
                del self.errors["scan"]
                self.add_error("scan", self.body["errors"]["heic" if code == "kind" and self._is_heic() else code])
        return cleaned

    def _redraw(self, cleaned: dict[str, Any]) -> None:
        upload = cleaned.get("scan")
        if cleaned.get("method") != "PAPER" or not upload:
            return
        try:
            self.redrawn_scan = scans.redrawn(upload.read())
        except scans.Unreadable:
            self.add_error("scan", self.body["errors"]["sheet"])

    def _is_heic(self) -> bool:
        upload = self.files.get(self.add_prefix("scan"))
        if upload is None:
            return False
        upload.seek(0)
        return scans.is_heic(upload.read(12))

    def to_confirm(self) -> str:
        """A question about a typed name that resembles no known name of the person."""
        person, cleaned = self.talk.talk.person, self.cleaned_data
        if cleaned["method"] != "TYPED" or resembles(cleaned["name"], all_names(person)):
            return ""
        name = isolated(person.name, self.talk.text.language)
        return str(self.body["signature"]["unlike"]).format(name=name, button=self.body["buttons"]["sign"])

    @property
    def waits_for_file(self) -> bool:
        return bool(self["method"].value() == "PAPER")

    def to_look_at(self) -> ShownSheet | None:
        if self.redrawn_scan is None:
            return None
        return ShownSheet(self.redrawn_scan, self.body["signature"]["shown"]["question"])

    @property
    def scan(self) -> bytes | None:
        if self.cleaned_data["method"] != "PAPER":
            return None
        return self.redrawn_scan or self._kept()

    def _kept(self) -> bytes | None:
        """The scan that was shown and is confirmed by this."""
        kept = self.talk.talk.scan if self.shown else None
        return None if kept is None else bytes(kept.open())

    def answer(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        names = {"DRAWN": ("path",), "TYPED": ("name", "confirmed"), "PAPER": ()}[cleaned["method"]]
        return {"method": cleaned["method"], **{name: cleaned[name] for name in names}}


class SaidAgainForm(SignatureForm):
    """What stood, each with two equal answers, and the signature: one page mends a mistaken withdrawal.

    Whoever takes the talk itself back answers and signs nothing else.
    """

    def build(self) -> None:
        # Where something has changed, the form is made only to refuse what was sent.
        if self.talk.said_again is not None:
            standing, language = self.talk.said_again, self.talk.text.language
            asked = "; ".join(asked_about(self.body, standing.sources, language))
            for name, line in standing_lines(self.body, standing, language).items():
                hint = asked if name == steps.SOURCES else ""
                self.fields[name] = still_or_not(self.body, line, hint=hint, required=name == steps.MAPPING)
            self.fields["how"] = how_field(self.talk)
        super().build()
        vars(self.fields["method"])["conditional_on"] = (steps.MAPPING, {steps.YES})
        self.fields["scan"].help_text = self.body["readback"]["standing"]["paper_hint"]

    @property
    def asked(self) -> list[PageBoundField]:
        """The questions about what stood, in order."""
        return [self[name] for name in self.fields if isinstance(self.fields[name], ChoiceCards)]

    @property
    def said(self) -> list[dict[str, str]]:
        """What was chosen, to be read beside the sheet that says so."""
        return [{"question": str(bound.label), "answer": bound.words} for bound in self.asked if bound.words]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """The choices as they are sent along with the sheet that was signed for them: (name, value)."""
        fields = [*self.asked, *([self["how"]] if "how" in self.fields else [])]
        return [(name, value) for bound in fields for name, values in bound.untouched.items() for value in values]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get(steps.MAPPING) != steps.YES:
            return self.cleaned_data
        cleaned = super().clean()
        for bound in self.asked:
            if not cleaned.get(bound.name) and not self.has_error(bound.name):
                self.add_error(bound.name, self.body["errors"]["choose"])
        return cleaned

    def to_confirm(self) -> str:
        return super().to_confirm() if self.cleaned_data["method"] else ""

    @property
    def scan(self) -> bytes | None:
        return super().scan if self.cleaned_data["method"] else None

    def answer(self) -> dict[str, Any]:
        cleaned, standing = self.cleaned_data, self.talk.said_again
        answer = {"mapping": cleaned[steps.MAPPING], "how": cleaned["how"], "seen": standing.seen if standing else ""}
        if cleaned[steps.MAPPING] != steps.YES:
            return answer
        said = {bound.name: cleaned[bound.name] for bound in self.asked}
        recipients = {name: said[name] for name in said if name in steps.KIND_OF}
        return {
            **answer,
            "asking": said.get(steps.SOURCES),
            "recipients": recipients,
            "signature": super().answer(),
        }

    @staticmethod
    def initial_of(answer: dict[str, Any]) -> dict[str, Any]:
        """Nothing is chosen beforehand, also not what was chosen on this page before."""
        return {}


FORMS: dict[str, type[StepForm]] = {
    steps.LANGUAGE: LanguageForm,
    steps.TURN: NothingToAnswer,
    steps.INFORMATION: InformationForm,
    steps.MAPPING: MappingForm,
    steps.SOURCES: SourcesForm,
    steps.COMMON: CommonForm,
    steps.MUNICIPALITY: MunicipalityForm,
    **dict.fromkeys(steps.SHARING.values(), SharingForm),
    # Its page has an address and a form of its own (``consent/talk/slip_page.py``).
    steps.SLIP: NothingToAnswer,
    steps.EXPLAINED: ExplainedForm,
    steps.READ_BACK: NothingToAnswer,
    steps.SIGNATURE: SignatureForm,
    steps.CLOSING: NothingToAnswer,
    steps.SAID_AGAIN: SaidAgainForm,
    steps.STANDING: StandingForm,
}
