"""What must not be done or shown: restrictions from the court, and the address grade. Entered by staff."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.people.models import Person
from brik.people.persons import ISOLATION as ISOLATION_CODE


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
    ISOLATION = ISOLATION_CODE, _("Isolasjon")


# Under these nobody visits.
BARS_VISITS = frozenset({Restriction.LETTERS_BANNED, Restriction.ISOLATION})


def of(person: Person) -> dict[str, Any]:
    """What has been entered; no entry means no restriction."""
    return {"address_grade": "", "restrictions": [], "note": ""} | (
        person.protection.open() if person.protection is not None else {}
    )


def enter(person: Person, values: dict[str, Any]) -> None:
    """Set and save what protects ``person``, sealed and in clear. Other restrictions than before are a new question.

    The caller holds the row, and records the event.
    """
    before = of(person)["restrictions"]
    person.protection = values
    person.address_graded = bool(values["address_grade"])
    person.isolated = Restriction.ISOLATION in values["restrictions"]
    if sorted(values["restrictions"]) != sorted(before):
        person.restricted_at = timezone.now() if values["restrictions"] else None
    person.follow_since = timezone.now()
    person.save()


def visits_barred(person: Person) -> bool:
    """Whether nobody may visit the person now."""
    return not BARS_VISITS.isdisjoint(of(person)["restrictions"])


def restriction_names(person: Person) -> str:
    """The restrictions in words; empty without any."""
    return ", ".join(str(Restriction(code).label) for code in of(person)["restrictions"])


def in_words(person: Person) -> list[tuple[str, str]]:
    """What has been entered, as labels with their words."""
    entered = of(person)
    return [
        (str(_("Adressegradering")), str(AddressGrade(entered["address_grade"]).label)),
        (str(_("Restriksjoner")), restriction_names(person)),
        (str(_("Merknad")), entered["note"]),
    ]


def strictest(survivor: Person, other: Person) -> dict[str, Any] | None:
    """The strictest values of two records that are one person; None where they are the survivor's own."""
    own, others = of(survivor), of(other)
    grades = list(AddressGrade.values)
    both = {
        "address_grade": max(own["address_grade"], others["address_grade"], key=grades.index),
        "restrictions": sorted({*own["restrictions"], *others["restrictions"]}),
        "note": own["note"] or others["note"],
    }
    return None if both == own | {"restrictions": sorted(own["restrictions"])} else both
