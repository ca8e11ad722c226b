"""Pages that register somebody by hand when no message has come."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from brik.arrivals import actions
from brik.arrivals.register_person_forms import RegisterForm
from brik.definitions.name_order import in_order
from brik.pages import refusal
from brik.pages.refusal import Refused
from brik.people.models import Person
from brik.people.permissions import PeoplePermission
from brik.staff.access import found_or_404, permission_required, scope_of
from brik.staff.accounts import StaffRequest
from brik.staff.models import Unit


@require_http_methods(["GET", "POST"])
@permission_required(PeoplePermission.REGISTER_PERSON)
def register(request: StaffRequest) -> HttpResponse:
    """Register somebody by hand."""
    units = in_order(Unit.objects.reached_by(scope_of(request.user, PeoplePermission.REGISTER_PERSON)))
    form = RegisterForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.register(**form.values(), by=request.user)
        except Refused as refused:
            refusal.record(request, refused)
            form.add_error("number", refused.sentence)
        else:
            return redirect("arrivals:registered", person.pk)
    return render(request, "arrivals/register.html", {"form": form})


@require_GET
@permission_required(PeoplePermission.REGISTER_PERSON)
def registered(request: StaffRequest, person: UUID) -> HttpResponse:
    """The page after registering: it says what happens next."""
    return render(
        request,
        "arrivals/registered.html",
        {"person": found_or_404(Person.objects.visible_to(request.user).with_stay(), person)},
    )
