"""Pages about one person in custody: registering by hand, and what must not be done or shown."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from brik.audit import log
from brik.audit.verbs import Verb
from brik.pages import errors
from brik.people import actions, protection
from brik.people.access import may, permission_required, scope_of
from brik.people.finding import visible_person
from brik.people.forms import ProtectionForm, RegisterForm
from brik.people.models import Unit
from brik.people.permissions import PeoplePermission
from brik.people.staff import StaffRequest


@require_http_methods(["GET", "POST"])
@permission_required(PeoplePermission.REGISTER_PERSON)
def register(request: StaffRequest) -> HttpResponse:
    """Register somebody of whom no message has come."""
    units = list(Unit.objects.reached_by(scope_of(request.user, PeoplePermission.REGISTER_PERSON)))
    form = RegisterForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.register(**form.values(), by=request.user)
        except actions.NumberKnown as known:
            for holder in known.args or (None,):
                log.record(Verb.REFUSED, by=request.user, subject=holder, reason="people:register number known")
            form.add_error(
                "number",
                _("En person med dette nummeret er registrert fra før. Finner du ikke personen, spør lederen din."),
            )
        else:
            return redirect("people:registered", person.pk)
    return render(request, "people/register.html", {"form": form})


@require_GET
@permission_required(PeoplePermission.REGISTER_PERSON)
def registered(request: StaffRequest, person: UUID) -> HttpResponse:
    """What happens next."""
    return render(request, "people/registered.html", {"person": visible_person(request.user, person)})


@require_http_methods(["GET", "POST"])
@permission_required(PeoplePermission.EDIT_PROTECTION)
def edit_protection(request: StaffRequest, person: UUID) -> HttpResponse:
    """Restrictions and address grade; saving over somebody else's change is refused."""
    someone = visible_person(request.user, person)
    if not may(request.user, PeoplePermission.EDIT_PROTECTION, someone):
        raise Http404
    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone, reason="people:protection")
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
