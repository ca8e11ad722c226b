"""The changeable values of an organisation, before and after, so that the second person sees what they confirm."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brik.staff.organisations import Channel, Organisation, Unit

LABELS = {
    "name": gettext_lazy("Navn"),
    "channel": gettext_lazy("Hvordan den får opplysninger"),
    "municipality": gettext_lazy("Kommunenummer"),
    "units": gettext_lazy("Enheter den betjener"),
    "legal_basis": gettext_lazy("Hjemmel"),
    "legal_basis_until": gettext_lazy("Hjemmelen opphører"),
    "contact": gettext_lazy("Kontakt når noe trekkes tilbake"),
    "retention_months": gettext_lazy("Oppbevarer det den får, i måneder"),
    "active": gettext_lazy("Kan velges i nye samtykker"),
}


def changeable_values(organisation: Organisation) -> dict[str, Any]:
    """The values that may be changed, as a proposal stores them."""
    plain = {name: storable(getattr(organisation, name)) for name in LABELS if name != "units"}
    return plain | {"units": unit_names(organisation.units.all())}


def storable(value: Any) -> Any:
    """A value as a proposal stores it: a day as its ISO text."""
    return value.isoformat() if isinstance(value, date) else value


def unit_names(units: Iterable[Unit]) -> dict[str, str]:
    """The units' names by number, as a proposal stores them."""
    return {unit.number: unit.name for unit in units}


def in_words(organisation: Organisation) -> list[tuple[str, str]]:
    """The values that may be changed, as labels with their words."""
    values = changeable_values(organisation)
    return [(str(label), _words(name, values[name])) for name, label in LABELS.items()]


def changed(content: dict[str, Any]) -> str:
    """The values that would change, in words."""
    before, after = content["before"], content["after"]
    return "; ".join(
        _("%(what)s: fra «%(before)s» til «%(after)s»")
        % {"what": label, "before": _words(name, before[name]), "after": _words(name, after[name])}
        for name, label in LABELS.items()
        if before[name] != after[name]
    )


def unchanged(content: dict[str, Any]) -> str:
    """The values that would stay, in words. Of a new organisation these are all but that it is taken into use."""
    before, after = content["before"], content["after"]
    return "; ".join(
        f"{label}: {_words(name, before[name])}" for name, label in LABELS.items() if before[name] == after[name]
    )


def _words(name: str, value: Any) -> str:
    if name == "active":
        return _("Ja") if value else _("Nei")
    if name == "channel":
        return str(Channel(value).label)
    if name == "units":
        return ", ".join(value.values()) or _("alle")
    if name == "legal_basis_until" and value:
        return date_format(date.fromisoformat(value), "j. F Y")
    return str(value or "–")
