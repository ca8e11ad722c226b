"""Pages of the data-protection officer: events; and from a number to the page of insight."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages import errors
from brik.staff.access import permission_required
from brik.staff.accounts import StaffRequest
from followup.desk.permissions import DeskPermission
from followup.desk.privacy import event_file, event_groups
from followup.desk.privacy import search as privacy
from followup.desk.privacy.forms import EventsForm, NumberForm


@require_http_methods(["GET", "POST"])
@permission_required(DeskPermission.READ_EVENTS)
def events(request: StaffRequest) -> HttpResponse:
    """What has happened, newest first; a POST narrows it, so that no name or number stands in an address.

    Reading it is an event too.
    """
    try:
        chosen = privacy.EventNarrowing.read(request.GET.dict())
    except ValueError as unreadable:
        return errors.bad_request(request, unreadable)
    places = privacy.places(request.user)
    form = EventsForm(
        request.POST or None,
        places=list(places.items()),
        initial={"place": chosen.place, "since": chosen.since, "until": chosen.until, "kind": chosen.kind},
    )
    if form.is_valid():
        narrowing = _narrowing(request, form, chosen)
        if narrowing is not None:
            return redirect(f"{request.path}?{urlencode(narrowing.address)}")
    before = request.GET.get("eldre", "")
    grouped = "samlet" in request.GET
    lines, more = privacy.events(
        request.user, chosen, places=places, before=int(before) if before.isdecimal() and len(before) < 18 else None
    )
    log.record(Verb.EVENTS_READ, by=request.user, subject=chosen.person)
    shown = {
        "form": form,
        "lines": lines,
        "more": more,
        "grouped": grouped,
        "groups": event_groups.groups(request.user, chosen, places=places) if grouped else [],
        "narrowing": urlencode(chosen.address),
        "chosen": privacy.narrowing_in_words(request.user, chosen, places=places),
        "broken": privacy.broken(request.user),
        "many": privacy.many_withdrawals(request.user),
        "late": privacy.late(request.user),
    }
    return render(request, "desk/events.html", shown)


def _narrowing(
    request: StaffRequest, form: EventsForm, before: privacy.EventNarrowing
) -> privacy.EventNarrowing | None:
    """What was chosen, as codes; None with an error at the field where nobody, or several, are called so.

    A field left empty keeps the person or the member of staff that was chosen before.
    """
    data = form.cleaned_data
    people = privacy.people_called(request.user, data["person"]) if data["person"] else [before.person]
    actors = privacy.actors_called(request.user, data["staff"]) if data["staff"] else [before.actor]
    for name, found in (("person", people), ("staff", actors)):
        if not found:
            form.add_error(name, _("Vi fant ingen."))
        elif len(found) > 1:
            form.add_error(name, _("Flere passer. Skriv hele navnet, nummeret eller brukernavnet."))
    if form.errors:
        return None
    return privacy.EventNarrowing(people[0], actors[0], data["place"], data["since"], data["until"], data["kind"])


@require_GET
@permission_required(DeskPermission.READ_EVENTS)
def events_file(request: StaffRequest) -> HttpResponse:
    """The same events as a file for a spreadsheet. Its name says nothing of what was chosen."""
    try:
        chosen = privacy.EventNarrowing.read(request.GET.dict())
    except ValueError as unreadable:
        return errors.bad_request(request, unreadable)
    log.record(Verb.EVENTS_READ, by=request.user, subject=chosen.person, reason=Reason.EXPORT)
    content = event_file.written(request.user, chosen, places=privacy.places(request.user))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="hendelser.csv"'
    return response


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
