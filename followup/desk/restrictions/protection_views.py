"""The page of a person's restrictions and address grade."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages import refusal
from brik.pages.refusal import Refused
from brik.pages.unsaved.typed_words import types_in
from brik.people import protection
from brik.people.forms import ProtectionForm
from brik.people.models import Person
from brik.people.permissions import PeoplePermission
from brik.staff.access import found_or_404, may, permission_required
from brik.staff.accounts import StaffRequest
from followup.desk.restrictions import actions


@require_http_methods(["GET", "POST"])
@permission_required(PeoplePermission.EDIT_PROTECTION)
@types_in(ProtectionForm)
def edit_protection(request: StaffRequest, person: UUID) -> HttpResponse:
    """Restrictions and address grade. If somebody else has changed them since, the page shows the present values."""
    someone = found_or_404(Person.objects.visible_to(request.user).with_stay(), person)
    if not may(request.user, PeoplePermission.EDIT_PROTECTION, someone):
        raise Http404
    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone, reason=Reason.PROTECTION)
    entered = protection.of(someone)
    initial = {**entered, "address_grade": entered["address_grade"] or "INGEN"}
    form = ProtectionForm(request.POST or None, initial=initial)
    # A page shown again keeps the version it was typed over.
    posted = request.method == "POST"
    version = request.POST.get("version", "") if posted else str(someone.row_version)
    shown: dict[str, Any] = {"form": form, "person": someone, "version": version}
    if posted and form.is_valid():
        try:
            actions.enter_protection(someone, **form.values(), version=_number(version), by=request.user)
        except Refused as refused:
            refusal.record(request, refused)
            current = found_or_404(Person.objects.visible_to(request.user).with_stay(), person)
            shown |= {"version": current.row_version, "stands": protection.in_words(current)}
            return render(request, "desk/protection_form.html", shown, status=409)
        return redirect("desk:protection_saved", someone.pk)
    return render(request, "desk/protection_form.html", shown)


def _number(version: str) -> int:
    """The version a page was typed over; -1, which no row has, for anything malformed."""
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1


@require_GET
@permission_required(PeoplePermission.EDIT_PROTECTION)
def protection_saved(request: StaffRequest, person: UUID) -> HttpResponse:
    return render(
        request,
        "desk/protection_saved.html",
        {"person": found_or_404(Person.objects.visible_to(request.user).with_stay(), person)},
    )
