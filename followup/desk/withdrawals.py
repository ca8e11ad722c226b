"""What somebody can take back, offered the same to everyone: nothing here asks what there is to take back."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from brik.mapping.themes import THEME_LABELS, Theme
from brik.people.models import OrganisationKind, Person, Staff
from consent.endings import Part
from consent.models import Withdrawal, WithdrawalReceipt

EVERYTHING, ASKING = "alt", "andre"
THEME, RECIPIENT = "omrade-", "mottaker-"

# As the inmate knows them, whatever the organisation is called.
RECIPIENTS = {
    OrganisationKind.CASE_SYSTEM: _("Kriminalomsorgens saksbehandlingssystem (KODA)"),
    OrganisationKind.NAV_STATE: _("NAV (statlig)"),
    OrganisationKind.NAV_MUNICIPAL: _("NAV (kommunal)"),
    OrganisationKind.HEALTH: _("Helsetjenesten"),
    OrganisationKind.SCHOOL: _("Skolen"),
    OrganisationKind.PROBATION: _("Friomsorgen"),
}

Scope = Literal["ALL"] | list[Part]


class When(models.TextChoices):
    NOW = "NAA", _("Nå")
    BEFORE = "FOER", _("Tidligere")


def choices() -> list[tuple[str, str]]:
    """Everything, one theme, one recipient, or being asked about; the same list for every person and every role."""
    return [
        (EVERYTHING, str(_("Alt: kartleggingen og all deling"))),
        *[(THEME + theme, THEME_LABELS[theme]["nb"]) for theme in Theme],
        *[(RECIPIENT + kind, str(label)) for kind, label in RECIPIENTS.items()],
        (ASKING, str(_("At dere spør andre om meg"))),
    ]


def scope_of(what: str) -> Scope:
    """What is to be taken back, in the consent's own words. Raises ``KeyError`` for what is no choice of ours."""
    if what == EVERYTHING:
        return "ALL"
    if what == ASKING:
        return [Part.asking()]
    if what.startswith(THEME):
        theme = {str(theme): theme for theme in Theme}[what.removeprefix(THEME)]
        return [Part.sharing(kind, theme) for kind in RECIPIENTS]
    kind = {str(kind): kind for kind in RECIPIENTS}[what.removeprefix(RECIPIENT)]
    return [Part.sharing(kind, theme) for theme in Theme]


def noted(user: Staff, pk: UUID) -> Withdrawal | None:
    """A withdrawal of a person the user may see, if the user noted it or may read what was out."""
    told = WithdrawalReceipt.objects.visible_to(user).filter(withdrawal=OuterRef("pk"))
    return (
        Withdrawal.objects.filter(Q(noted_by=user) | Exists(told), person__in=Person.objects.visible_to(user), pk=pk)
        .select_related("person", "noted_by")
        .first()
    )
