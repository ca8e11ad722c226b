"""Pages about one person in custody: registering by hand, and what must not be done or shown."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages import errors
from brik.people import actions, protection
from brik.people.forms import ProtectionForm
from brik.people.permissions import PeoplePermission
from brik.people.person_lookup import visible_person
from brik.staff.access import may, permission_required
from brik.staff.accounts import StaffRequest


@require_http_methods(["GET", "POST"])
@permission_required(PeoplePermission.EDIT_PROTECTION)
def edit_protection(request: StaffRequest, person: UUID) -> HttpResponse:
    """Restrictions and address grade; saving over somebody else's change is refused."""
    someone = visible_person(request.user, person)
    if not may(request.user, PeoplePermission.EDIT_PROTECTION, someone):
        raise Http404
    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone, reason=Reason.PROTECTION)
    entered = protection.of(someone)
    initial = {**entered, "address_grade": entered["address_grade"] or "INGEN"}
    form = ProtectionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        try:
            number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1
            actions.set_protection(someone, **form.values(), version=number, by=request.user)
        except actions.Stale:
            return errors.refused(request, 409, reason="stale")
        return redirect("people:protection_saved", someone.pk)
    return render(request, "people/protection.html", {"form": form, "person": someone})


@require_GET
@permission_required(PeoplePermission.EDIT_PROTECTION)
def protection_saved(request: StaffRequest, person: UUID) -> HttpResponse:
    return render(request, "people/protection_saved.html", {"person": visible_person(request.user, person)})
