"""What must not be done or shown: restrictions from the court, and the address grade. Entered by staff."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from brik.people.models import Person


class AddressGrade(models.TextChoices):
    """From open to most secret, in the prison service's terms."""

    OPEN = "", _("Ikke gradert")
    CLIENT = "KLIENT_ADRESSE", _("Klientadresse")
    CONFIDENTIAL = "FORTROLIG", _("Fortrolig")
    STRICTLY = "STRENGT_FORTROLIG", _("Strengt fortrolig")


class Restriction(models.TextChoices):
    LETTERS_BANNED = "BREV_OG_BESOEKSFORBUD", _("Brev- og besøksforbud")
    LETTERS_CONTROLLED = "BREV_OG_BESOEKSKONTROLL", _("Brev- og besøkskontroll")
    MEDIA_BANNED = "MEDIEFORBUD", _("Medieforbud")
    ISOLATION = "ISOLASJON", _("Isolasjon")


def of(person: Person) -> dict[str, Any]:
    """What has been entered; no entry means no restriction."""
    return {"address_grade": "", "restrictions": [], "note": ""} | (
        person.protection.open() if person.protection is not None else {}
    )


def in_words(person: Person) -> list[tuple[str, str]]:
    """What has been entered, as labels with their words."""
    entered = of(person)
    return [
        (str(_("Adressegradering")), str(AddressGrade(entered["address_grade"]).label)),
        (str(_("Restriksjoner")), ", ".join(str(Restriction(code).label) for code in entered["restrictions"])),
        (str(_("Merknad")), entered["note"]),
    ]


def keep_strictest(survivor: Person, other: Person) -> bool:
    """Give ``survivor`` the strictest values of two records that are one person. True if that changed it."""
    own, others = of(survivor), of(other)
    grades = list(AddressGrade.values)
    strictest = {
        "address_grade": max(own["address_grade"], others["address_grade"], key=grades.index),
        "restrictions": sorted({*own["restrictions"], *others["restrictions"]}),
        "note": own["note"] or others["note"],
    }
    if strictest == own | {"restrictions": sorted(own["restrictions"])}:
        return False
    survivor.protection = strictest
    survivor.save()
    return True
