"""What somebody asks for on the page of holds: that nothing is destroyed, or that a hold ends; and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brik.audit.reasons import Reason
from brik.pages.forms import Choice, PageForm
from followup.desk.retention.legal_holds import END_REASONS, HOLD_REASONS

LABELS: dict[Reason, str | Promise] = {
    Reason.COURT_CASE: _("En sak i retten"),
    Reason.COMPLAINT: _("En klage"),
    Reason.SUPERVISION: _("Et tilsyn"),
    Reason.ACCESS_REQUEST: _("Et krav om innsyn"),
    Reason.CASE_CLOSED: _("Saken er avsluttet"),
    Reason.MISTAKE: _("Bevaringen var en feil"),
}


def _choices(reasons: Iterable[Reason]) -> list[tuple[str, Any]]:
    return [(reason.value, LABELS[reason]) for reason in reasons]


class HoldForm(PageForm):
    marks = "none"
    why = Choice(
        label=_("Hvorfor må det bevares?"), choices=_choices(HOLD_REASONS), missing=_("Velg hvorfor det må bevares.")
    )


class HoldEndForm(PageForm):
    marks = "none"
    why = Choice(
        label=_("Hvorfor kan bevaringen avsluttes?"),
        choices=_choices(END_REASONS),
        missing=_("Velg hvorfor bevaringen kan avsluttes."),
    )
