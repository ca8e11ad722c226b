"""What is changed of an organisation, told before and after, so that a second person sees what they confirm."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brik.staff.organisations import Channel, Organisation, Unit

LABELS = {
    "name": gettext_lazy("Navn"),
    "channel": gettext_lazy("Hvordan den får opplysninger"),
    "municipality": gettext_lazy("Kommunenummer"),
    "units": gettext_lazy("Enheter den betjener"),
    "legal_basis": gettext_lazy("Hjemmel"),
    "active": gettext_lazy("Kan velges i nye samtykker"),
}


def told_of(organisation: Organisation) -> dict[str, Any]:
    """All of it that may be changed, as a proposal keeps it."""
    plain = {name: getattr(organisation, name) for name in LABELS if name != "units"}
    return plain | {"units": told_of_units(organisation.units.all())}


def told_of_units(units: Iterable[Unit]) -> dict[str, str]:
    return {unit.number: unit.name for unit in units}


def in_words(organisation: Organisation) -> list[tuple[str, str]]:
    """All of it that may be changed, as labels with their words."""
    stands = told_of(organisation)
    return [(str(label), _words(name, stands[name])) for name, label in LABELS.items()]


def changed(content: dict[str, Any]) -> str:
    """What would be another, in words."""
    before, after = content["before"], content["after"]
    return "; ".join(
        _("%(what)s: fra «%(before)s» til «%(after)s»")
        % {"what": label, "before": _words(name, before[name]), "after": _words(name, after[name])}
        for name, label in LABELS.items()
        if before[name] != after[name]
    )


def unchanged(content: dict[str, Any]) -> str:
    """What would stay, in words: of a new organisation all but that it is taken into use."""
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
    return value or "–"
