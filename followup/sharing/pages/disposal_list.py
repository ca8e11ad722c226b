"""The mapper's list of recipients that have not yet said what has become of prints and notes."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from brik.audit import log
from brik.audit.verbs import Verb
from brik.people.models import Person
from brik.staff.access import permission_required
from brik.staff.accounts import StaffRequest
from brik.staff.pages.broken_rows import note
from brik.vault import keys
from followup.sharing.models import DisposalNotice
from followup.sharing.pages.plain_words import recipient_name
from followup.sharing.permissions import SharingPermission

MOST_SHOWN = 100


@dataclass(frozen=True)
class DisposalRow:
    """One recipient that has not answered, about one person; ``name`` is None where it does not open."""

    notice: DisposalNotice
    person: Person
    name: str | None
    recipient: str


@require_GET
@permission_required(SharingPermission.SEE_DELIVERIES)
def listed(request: StaffRequest) -> HttpResponse:
    """Those that have not answered, the latest in time on top."""
    unanswered = DisposalNotice.objects.visible_to(request.user).unanswered()
    notices = list(unanswered.select_related("disclosure__person", "disclosure__organisation", "answer")[:MOST_SHOWN])
    keys.preload(notice.disclosure.person_id for notice in notices)
    rows = [_row(notice) for notice in notices]
    log.record(Verb.PEOPLE_LISTED, by=request.user)
    note(request, {row.person.pk for row in rows if row.name is None})
    page = {"rows": rows, "more": unanswered.count() > len(rows)}
    return render(request, "sharing/disposals.html", page)


def _row(notice: DisposalNotice) -> DisposalRow:
    person, organisation = notice.disclosure.person, notice.disclosure.organisation
    return DisposalRow(notice, person, person.name_if_whole, recipient_name(organisation, graded=person.address_graded))
