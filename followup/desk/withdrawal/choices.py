"""The choices of a withdrawal. They are the same for everybody, so they reveal nothing about what was permitted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brik.mapping.questionnaire.labels import theme_name
from brik.mapping.questionnaire.themes import Theme
from brik.people.legal_status import MAPPED
from brik.people.models import Person
from brik.staff import access
from brik.staff.models import OrganisationKind, Staff
from consent.models import Withdrawal
from consent.permissions import ConsentPermission
from consent.record.recipients import themes_for
from consent.record.withdrawal.actions import Part

EVERYTHING, ASKING = "alt", "andre"
THEME, RECIPIENT = "omrade-", "mottaker-"

Scope = Literal["ALL"] | list[Part]


class WithdrawalTime(models.TextChoices):
    NOW = "NAA", _("Nå")
    BEFORE = "FOER", _("Tidligere")


@dataclass(frozen=True)
class WithdrawalGroup:
    """Choices under one heading; the choice of everything comes first and has no heading.

    The ``folded`` ones, single themes of one recipient, are in a box to open, to keep the page short.
    """

    heading: str
    choices: tuple[tuple[str, str], ...]
    folded: tuple[tuple[str, str], ...] = ()


def groups() -> list[WithdrawalGroup]:
    """Everything, then one theme everywhere, each recipient with its themes folded, and asking others.

    The same for every person and every role, whatever the person was asked and answered.
    """
    return [
        WithdrawalGroup("", ((EVERYTHING, str(_("Alt: kartleggingen og all deling"))),)),
        WithdrawalGroup(
            str(_("Ett tema, uansett hvem det er delt med")),
            tuple((THEME + theme, theme_name(theme)) for theme in Theme),
        ),
        *[_of_recipient(kind) for kind in OrganisationKind],
        WithdrawalGroup(str(_("Spørre andre")), ((ASKING, str(_("At dere spør andre om meg"))),)),
    ]


def choices() -> list[tuple[str, str]]:
    """Every choice, in the order they stand in."""
    return [choice for group in groups() for choice in group.choices + group.folded]


def _of_recipient(kind: OrganisationKind) -> WithdrawalGroup:
    themes_asked = {theme for status in MAPPED for theme in themes_for(status, kind)}
    themes = tuple((f"{RECIPIENT}{kind}-{theme}", theme_name(theme)) for theme in Theme if theme in themes_asked)
    everything = ((RECIPIENT + kind, str(_("Alt som er delt her"))),)
    return WithdrawalGroup(gettext(kind.entry.inmate_label), everything, themes)


def scope_of(what: Collection[str]) -> Scope:
    """The parts of a consent that the choices withdraw. Raises ``KeyError`` for an unknown choice."""
    parts = [part for code in what for part in _PARTS[code]]
    return "ALL" if EVERYTHING in what else parts


def _parts() -> dict[str, list[Part]]:
    """The parts of a consent that each choice withdraws. Everything has none: its scope is ``ALL``."""
    parts_of: dict[str, list[Part]] = {EVERYTHING: [], ASKING: [Part.asking()]}
    for kind in OrganisationKind:
        parts_of[RECIPIENT + kind] = [Part.sharing(kind, theme) for theme in Theme]
        parts_of |= {f"{RECIPIENT}{kind}-{theme}": [Part.sharing(kind, theme)] for theme in Theme}
    return parts_of | {THEME + theme: [Part.sharing(kind, theme) for kind in OrganisationKind] for theme in Theme}


_PARTS = _parts()


def people(user: Staff) -> QuerySet[Person]:
    """Those about whom the user may note a withdrawal: whom the user sees; for the desk for insight, everybody."""
    everywhere = access.scope_of(user, ConsentPermission.NOTE_WITHDRAWAL) is access.Scope.ALL
    found = Person.objects.all() if everywhere else Person.objects.visible_to(user)
    return found.with_stay()


def noted_by(user: Staff) -> QuerySet[Withdrawal]:
    """The withdrawals the user noted or may read the receipt of, for people the user may see."""
    noted = Withdrawal.objects.noted_by(user).filter(person__in=people(user).order_by().values("pk"))
    return noted.select_related("person", "noted_by")
