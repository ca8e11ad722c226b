"""Pages of the data-protection officer: events, and insight for one person."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.staff.access import found_or_404, permission_required
from brik.staff.accounts import StaffRequest
from followup.desk.permissions import DeskPermission
from followup.desk.privacy import search as privacy
from followup.desk.privacy.forms import EventsForm, NumberForm
from followup.insight.extract import extract_about


@require_GET
@permission_required(DeskPermission.READ_EVENTS)
def events(request: StaffRequest) -> HttpResponse:
    """What has happened, newest first. Reading it is an event too."""
    form = EventsForm(request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    before = request.GET.get("eldre", "")
    lines, more = privacy.events(
        request.user,
        subject=chosen.get("person"),
        actor=chosen.get("ansatt", ""),
        since=chosen.get("fra"),
        until=chosen.get("til"),
        before=int(before) if before.isdecimal() and len(before) < 18 else None,
    )
    log.record(Verb.EVENTS_READ, by=request.user, subject=chosen.get("person"))
    shown = {
        "form": form,
        "lines": lines,
        "more": more,
        "broken": privacy.broken(request.user),
        "many": privacy.many_withdrawals(request.user),
        "late": privacy.late(request.user),
    }
    return render(request, "desk/events.html", shown)


@require_http_methods(["GET", "POST"])
@permission_required(DeskPermission.EXTRACT)
def find(request: StaffRequest) -> HttpResponse:
    """From a number to the page of insight; by POST, so that the number never stands in an address."""
    form = NumberForm(request.POST or None)
    missing = False
    if request.method == "POST" and form.is_valid():
        person = privacy.by_number(request.user, form.cleaned_data["number"])
        if person:
            return redirect("desk:extract", person)
        missing = True
    return render(request, "desk/find.html", {"form": form, "missing": missing})


@require_GET
@permission_required(DeskPermission.EXTRACT)
def extract(request: StaffRequest, person: UUID) -> HttpResponse:
    """Everything that is kept about one person, to be printed for that person."""
    someone = found_or_404(privacy.people(request.user), person)
    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone, reason=Reason.EXTRACT)
    return render(request, "desk/extract.html", extract_about(someone))
