"""Pages about one person in custody: registering by hand, and what must not be done or shown."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from brik.audit import log
from brik.audit.verbs import Verb
from brik.people import actions, protection
from brik.people.forms import ProtectionForm
from brik.people.models import Person
from brik.people.permissions import PeoplePermission
from brik.staff.access import found_or_404, may, permission_required
from brik.staff.accounts import StaffRequest


@require_http_methods(["GET", "POST"])
@permission_required(PeoplePermission.EDIT_PROTECTION)
def edit_protection(request: StaffRequest, person: UUID) -> HttpResponse:
    """Restrictions and address grade; saving over somebody else's change is refused."""
    someone = found_or_404(Person.objects.visible_to(request.user).with_stay(), person)
    if not may(request.user, PeoplePermission.EDIT_PROTECTION, someone):
        raise Http404
    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone, reason="people:protection")
    entered = protection.of(someone)
    initial = {**entered, "address_grade": entered["address_grade"] or "INGEN"}
    form = ProtectionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1
        actions.set_protection(someone, **form.values(), version=number, by=request.user)
        return redirect("people:protection_saved", someone.pk)
    return render(request, "people/protection.html", {"form": form, "person": someone})


@require_GET
@permission_required(PeoplePermission.EDIT_PROTECTION)
def protection_saved(request: StaffRequest, person: UUID) -> HttpResponse:
    return render(
        request,
        "people/protection_saved.html",
        {"person": found_or_404(Person.objects.visible_to(request.user).with_stay(), person)},
    )
