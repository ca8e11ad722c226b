"""The person page."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from brik.audit import log
from brik.audit.verbs import Verb
from brik.people.models import Person
from brik.people.permissions import PeoplePermission
from brik.staff.access import found_or_404, may, permission_required
from brik.staff.accounts import StaffRequest
from consent.permissions import ConsentPermission
from followup.desk.person import page


@require_GET
@permission_required(PeoplePermission.SEE_PEOPLE)
def person(request: StaffRequest, person: UUID) -> HttpResponse:
    """All that the user's role may see about one person. Opening it is an event."""
    someone = found_or_404(Person.objects.visible_to(request.user).with_stay(), person)
    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone)
    shown = page.of(someone, request.user)
    shown["may_add"] = may(request.user, PeoplePermission.REGISTER_PERSON, someone)
    shown["may_place"] = may(request.user, PeoplePermission.PLACE, someone)
    shown["may_withdraw"] = may(request.user, ConsentPermission.NOTE_WITHDRAWAL, someone)
    return render(request, "desk/person.html", shown)
