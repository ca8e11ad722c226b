"""Forms of the registers: organisations, and the keys that senders sign with."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.pages.fields.base import choices_of
from brik.pages.forms import (
    Choice,
    Confirm,
    DateField,
    MultiChoice,
    NumberField,
    PageForm,
    Select,
    TextArea,
    TextField,
    field_of,
)
from brik.staff.message_keys import PUBLIC_PARTS, public_rsa_key
from brik.staff.models import KIND_CHOICES, Channel, MessageKey, Organisation, Unit
from brik.staff.rules import missing_of_active

_NINE_DIGITS = _("Organisasjonsnummeret skal ha 9 sifre.")
ORGANISATION_NUMBER = RegexValidator(r"^[0-9]{9}\Z", _NINE_DIGITS)

# Key ids in a protected header are read as printable ASCII without spaces.
KEY_ID = RegexValidator(r"^[\x21-\x7e]{1,100}\Z", _("Bruk bare bokstaver fra a til z, tall og tegn, uten mellomrom."))

_FOUR_DIGITS = _("Kommunenummeret skal ha 4 sifre.")
MUNICIPALITY = RegexValidator(r"^[0-9]{4}\Z", _FOUR_DIGITS)


class OrganisationForm(PageForm):
    marks = "optional"
    number = TextField(
        label=_("Organisasjonsnummer"),
        max_length=9,
        too_long=_NINE_DIGITS,
        missing=_("Skriv organisasjonsnummeret"),
        validators=[ORGANISATION_NUMBER],
    )
    name = TextField(label=_("Navn"), max_length=120, missing=_("Skriv navnet"))
    kind = Select(label=_("Type"), choices=KIND_CHOICES, missing=_("Velg type"))
    channel = Choice(
        label=_("Hvordan den får opplysninger"),
        hint=_("En mottaker uten kanal kan ikke velges i samtykkesamtalen."),
        choices=Channel.choices,
        missing=_("Velg kanal"),
    )
    municipality = TextField(
        label=_("Kommunenummer"),
        max_length=4,
        too_long=_FOUR_DIGITS,
        required=False,
        validators=[MUNICIPALITY],
        hint=_("Bare for kommunale mottakere."),
    )
    units = MultiChoice(label=_("Enheter den betjener"), hint=_("Ingen valgt betyr alle."), required=False)
    legal_basis = TextField(
        label=_("Hjemmel"),
        hint=_("Det som gir mottakeren rett til å få opplysningene."),
        max_length=200,
        required=False,
    )
    legal_basis_until = DateField(
        label=_("Hjemmelen opphører"),
        hint=_("Fra denne dagen kan mottakeren ikke få eller lese noe. Tomt betyr uten slutt."),
        required=False,
    )
    contact = TextField(
        label=_("Kontakt når noe trekkes tilbake"),
        hint=_("Telefon, e-post eller postadresse."),
        max_length=200,
        required=False,
    )
    retention_months = NumberField(
        label=_("Oppbevarer det den får, i måneder"), min_value=1, max_value=1200, required=False
    )
    public_key = TextArea(
        label=_("Offentlig nøkkel (JWK)"),
        hint=_("Som kvitteringene signeres med."),
        max_length=4000,
        required=False,
        printed=False,
    )
    active = Confirm(
        label=_("Kan velges i nye samtykker"),
        hint=_("Da må hjemmel, kontakt og oppbevaring være fylt ut."),
        required=False,
    )

    def __init__(self, *args: Any, units: list[Unit], organisation: Organisation, **kwargs: Any) -> None:
        self.organisation = organisation
        kwargs.setdefault("initial", self._initial(organisation))
        super().__init__(*args, **kwargs)
        self.served = {str(unit.pk): unit for unit in units}
        field_of(self, "units", MultiChoice).choices = [(pk, unit.name) for pk, unit in self.served.items()]
        if organisation.pk:
            # A consent names a kind of recipient: an organisation of another kind is another organisation.
            del self.fields["number"], self.fields["kind"]

    @staticmethod
    def _initial(organisation: Organisation) -> dict[str, Any]:
        if not organisation.pk:
            return {"active": True}
        plain = (
            *("name", "channel", "municipality", "legal_basis", "legal_basis_until", "contact", "retention_months"),
            "active",
        )
        key = organisation.public_key
        return {name: getattr(organisation, name) for name in plain} | {
            "units": [str(pk) for pk in organisation.units.values_list("pk", flat=True)],
            "public_key": json.dumps(key, indent=1) if key else "",
        }

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if Organisation.objects.filter(number=number).exists():
            raise ValidationError(_("Organisasjonen er registrert fra før."), code="known")
        return number

    def clean_public_key(self) -> Any:
        return _jwk(self.cleaned_data["public_key"]) if self.cleaned_data["public_key"] else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, sentence in missing_of_active({"active": False} | cleaned).items():
            if name not in self.errors:
                self.add_error(name, ValidationError(sentence, code="missing"))
        until = cleaned.get("legal_basis_until")
        is_new = until != self.organisation.legal_basis_until
        if cleaned.get("active") and until and is_new and until < timezone.localdate():
            past = _("Dagen er gått. Skriv en ny dag, eller ta mottakeren ut av bruk.")
            self.add_error("legal_basis_until", ValidationError(past, code="past"))
        return cleaned

    def values(self) -> dict[str, Any]:
        return {**self.cleaned_data, "units": [self.served[pk] for pk in self.cleaned_data["units"]]}


class KeyForm(PageForm):
    marks = "optional"
    kid = TextField(
        label=_("Nøkkel-id (kid)"), max_length=100, missing=_("Skriv nøkkel-id-en"), validators=[KEY_ID], printed=False
    )
    sender = TextField(
        label=_("Avsender (senderOrganization)"),
        max_length=40,
        missing=_("Skriv avsenderen"),
        printed=False,
        initial="KRIMINALOMSORGEN",
    )
    jwk = TextArea(label=_("Offentlig nøkkel (JWK)"), max_length=4000, missing=_("Lim inn nøkkelen"), printed=False)

    replaces = Select(
        label=_("Erstatter"),
        hint=_("Nøkkelen som erstattes, godtas en tid til, så meldinger som er på vei, kommer fram."),
        empty=_("Ingen av nøklene i bruk"),
        required=False,
    )

    def __init__(self, *args: Any, keys: Iterable[MessageKey] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = field_of(self, "replaces", Select)
        field.choices = [*choices_of(field), *((key.kid, f"{key.kid}, {key.sender}") for key in keys)]

    def clean_jwk(self) -> Any:
        return _jwk(self.cleaned_data["jwk"])


def _jwk(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise ValidationError(_("Dette er ikke en lesbar nøkkel (JWK)."), code="jwk") from None
    public_rsa_key(value)
    return {name: value[name] for name in PUBLIC_PARTS if name in value}
