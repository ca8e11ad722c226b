"""The forms of the talk by step. Labels and errors come from the text in the person's language."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from django import forms

from brik.pages.forms import Choice, Confirm, MultiChoice, UploadField
from brik.people.aliases import all_names
from consent.record import steps
from consent.record.choices import WAYS_TO_SIGN
from consent.talk import signature
from consent.talk.forms.choice_forms import CommonForm, MappingForm, MunicipalityForm, SharingForm, SourcesForm
from consent.talk.forms.first_form import LanguageForm
from consent.talk.forms.name_similarity import resembles
from consent.talk.forms.step_forms import NothingToAnswer, StepForm, in_order, text_field
from consent.talk.signing import scans
from consent.texts.sentences import isolated

INTERPRETED = "INTERPRETED"
WAYS = ("READ", "READ_ALOUD", INTERPRETED)


class InformationForm(StepForm):
    def build(self) -> None:
        texts = self.body["information"]
        # An ended talk has no answers; its forms are made only to show what was typed.
        interpreted = self.talk.answers.get(steps.LANGUAGE, {}).get("interpreter") == steps.YES
        ways = [way for way in WAYS if interpreted or way != INTERPRETED]
        self.fields["how"] = MultiChoice(
            label=texts["how"],
            choices=in_order(texts["ways"], ways),
            mark=False,
            missing=self.body["errors"]["how"],
        )


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
}
