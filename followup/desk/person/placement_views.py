"""The page on which the unit's staff enter ward and contact officer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages import refusal
from brik.pages.refusal import Refused
from brik.people import actions
from brik.people.forms import PlacementForm
from brik.people.models import Person
from brik.people.permissions import PeoplePermission
from brik.people.stays.placements import officers_of, placement_of
from brik.staff.access import found_or_404, may, permission_required
from brik.staff.accounts import StaffRequest


@require_http_methods(["GET", "POST"])
@permission_required(PeoplePermission.PLACE)
def place(request: StaffRequest, person: UUID) -> HttpResponse:
    """The ward and the contact officer of somebody, to be read and entered."""
    visible = Person.objects.visible_to(request.user).select_related("current_stay__unit", "placement__contact_officer")
    someone = found_or_404(visible, person)
    if not may(request.user, PeoplePermission.PLACE, someone):
        raise Http404
    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone, reason=Reason.PLACED)
    placement = placement_of(someone)
    initial = {"ward": placement.ward, "contact_officer": placement.contact_officer_id} if placement else {}
    officers = officers_of(someone.known_stay.unit)
    form = PlacementForm(request.POST or None, officers=officers, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.place(someone, **form.values(), by=request.user)
        except Refused as refused:
            refusal.record(request, refused)
            form.add_error("contact_officer", refused.sentence)
        else:
            notices.success(request, _("Avdeling og kontaktbetjent er lagret."))
            return redirect("desk:person", someone.pk)
    return render(request, "desk/placement.html", {"form": form, "person": someone})
