"""The first page of the talk, which the staff fill in before it begins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brik.definitions.code_lists import municipalities
from brik.definitions.languages import BY_CODE
from brik.pages.forms import Choice, Confirm, MultiChoice, MunicipalityField, TextField, YesNoField
from consent.record import steps
from consent.record.choices import NOT_REGISTERED
from consent.record.refusals import ConsentRefusal
from consent.talk.forms.step_forms import StepForm, in_order

# The order of the options: the database does not keep the order of keys in a text.
QUALIFICATIONS = ("A", "B", "C", "D", "E", NOT_REGISTERED)
REASONS = ("URGENT", "UNAVAILABLE", "OTHER")
PRESENCE = ("ROOM", "SCREEN", "PHONE")
PEOPLE = ("CONTACT_OFFICER", "STAFF", "LAWYER", "GUARDIAN", "SUPPORT")


class LanguageForm(StepForm):
    """Step one, for the staff: language, interpreter, who is in the room, and where the person belongs."""

    marks = "optional"

    def build(self) -> None:
        # This page is for the staff: in bokmål, whatever language the talk continues in.
        people, labels = self.talk.staff_body["people"], self.talk.staff_body["interpreter"]
        yes: dict[str, Any] = {"conditional_on": ("interpreter", {steps.YES})}
        self.fields["language"] = Choice(
            label=_("Hvilket språk skal teksten være på?"),
            choices=[(code, BY_CODE[code].own_name) for code in self.talk.texts],
            missing=_("Velg hvilket språk teksten skal være på"),
        )
        self.fields["interpreter"] = YesNoField(label=_("Er det tolk i samtalen?"), inline=True)
        self.fields["agency"] = TextField(label=_("Hvem har formidlet tolken?"), max_length=120, **yes)
        self.fields["spoken"] = TextField(label=_("Språket det tolkes til"), max_length=60, **yes)
        self.fields["qualification"] = Choice(
            label=_("Tolkens kvalifikasjon"), choices=in_order(labels["qualifications"], QUALIFICATIONS), **yes
        )
        self.fields["why"] = Choice(
            label=labels["why"],
            choices=in_order(labels["reasons"], REASONS),
            inline=True,
            conditional_on=("qualification", {NOT_REGISTERED}),
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
        if self.talk.said_again is None:
            self._ask_places()
        if not self.talk.age_is_known:
            self.fields["adult"] = YesNoField(
                label=_("Er personen fylt 18 år?"), extra=[("VET_IKKE", _("Vet ikke"))], inline=True
            )

    def _ask_places(self) -> None:
        """What is said again is about the recipients it was about."""
        names = tuple(municipalities().values())
        self.fields["registered"] = MunicipalityField(
            label=_("Kommunen personen er folkeregistrert i"),
            hint=_("Brukes for å finne riktig NAV-kontor. La stå tomt hvis dere ikke vet."),
            municipalities=names,
            required=False,
        )
        self.fields["actual"] = MunicipalityField(
            label=_("Kommunen personen bodde i før fengsling"),
            hint=_("Brukes for å finne NAV-kontoret i kommunen. Uten kommune kan vi ikke spørre om deling med dem."),
            municipalities=names,
            required=False,
        )

    def clean_adult(self) -> str:
        adult = self.cleaned_data["adult"]
        if adult != steps.YES:
            raise forms.ValidationError(ConsentRefusal.AGE_UNKNOWN.label, code="age")
        return str(adult)

    def answer(self) -> dict[str, Any]:
        numbers = {name: number for number, name in municipalities().items()}
        places = {name: numbers.get(self.cleaned_data.get(name, ""), "") for name in ("registered", "actual")}
        return {**super().answer(), **{name: number for name, number in places.items() if number}}

    @staticmethod
    def initial_of(answer: dict[str, Any]) -> dict[str, Any]:
        places = {name: municipalities().get(answer.get(name, ""), "") for name in ("registered", "actual")}
        return {**answer, **places}
