"""The data-protection officer's page of the nights: how much each has destroyed, and whether its certificate holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from brik.audit import log
from brik.audit.verbs import Verb
from brik.staff.access import permission_required
from brik.staff.accounts import StaffRequest
from brik.vault.codes.coded_models import proved
from brik.vault.models import CONSENT, DISCLOSURE, INTERVIEW, SHARED_ROW, TALK, TASK, WITHDRAWAL
from followup.desk.permissions import DeskPermission
from followup.desk.retention.nights import RetentionNight
from followup.sharing.wire.message_schemas import InvalidMessage

NIGHTS_SHOWN = 31
# What ends by age, as the page calls it.
LABELS: dict[str, str | Promise] = {
    INTERVIEW: _("Kartlegginger"),
    TALK: _("Samtykkesamtaler"),
    CONSENT: _("Underskrevne samtykker"),
    WITHDRAWAL: _("Kvitteringer for det som er trukket"),
    DISCLOSURE: _("Delinger"),
    SHARED_ROW: _("Lapper til helsetjenesten"),
    TASK: _("Oppgaver"),
}


@dataclass(frozen=True)
class NightLine:
    """One night in numbers; None where the certificate does not hold."""

    ended_at: datetime
    destroyed: list[tuple[str | Promise, int]] | None
    held: int = 0
    failed: int = 0


@require_GET
@permission_required(DeskPermission.READ_EVENTS)
def nights(request: StaffRequest) -> HttpResponse:
    """The last nights, newest first. Numbers only: they name nobody."""
    rows = proved(RetentionNight.objects.visible_to(request.user)[:NIGHTS_SHOWN])
    log.record(Verb.EVENTS_READ, by=request.user)
    return render(request, "desk/nights.html", {"nights": [_line(night) for night in rows]})


def _line(night: RetentionNight) -> NightLine:
    try:
        said = night.numbers
    except InvalidMessage:
        return NightLine(night.ended_at, None)
    destroyed = [(LABELS[keeping], number) for keeping, number in said["destroyed"].items() if number]
    return NightLine(night.ended_at, destroyed, sum(said["held"].values()), said["failed"])
