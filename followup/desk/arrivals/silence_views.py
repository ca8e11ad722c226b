"""The leader's list of people about whom no message has come for long."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from brik.arrivals.permissions import ArrivalsPermission
from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.people.models import Person
from brik.staff.access import permission_required, scope_of
from brik.staff.accounts import StaffRequest
from brik.staff.pages.broken_rows import note
from followup.desk.arrivals.silence import silent, silent_people
from followup.desk.arrivals.units_in_use import units_without_staff

PAGE_SIZE = 25


@require_GET
@permission_required(ArrivalsPermission.RESOLVE_ARRIVALS)
def without_messages(request: StaffRequest) -> HttpResponse:
    """People of the user's units about whom no message has come for long; and units where nobody works, unnamed."""
    own = scope_of(request.user, ArrivalsPermission.RESOLVE_ARRIVALS)
    people = Person.objects.visible_to(request.user).filter(current_stay__unit__in=own)
    page = Paginator(silent(people).with_stay(), PAGE_SIZE).get_page(request.GET.get("side", "1"))
    found: Any = page.object_list
    lines = silent_people(found.with_keys())
    log.record(Verb.PEOPLE_LISTED, by=request.user, reason=Reason.WITHOUT_MESSAGES)
    note(request, {line.person.pk for line in lines if line.name is None})
    shown = {"page": page, "lines": lines, "unstaffed": units_without_staff()}
    return render(request, "desk/without_messages.html", shown)
