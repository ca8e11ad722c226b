"""A person's other numbers and names. A number waits for a leader's answer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from brik.arrivals import actions as arrivals
from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages import errors, refusal
from brik.pages.refusal import Refused
from brik.people import aliases
from brik.people.forms import AddNameForm, AddNumberForm
from brik.people.identifiers.numbers import LABELS
from brik.people.models import Person
from brik.people.permissions import PeoplePermission
from brik.staff.access import found_or_404, may, permission_required
from brik.staff.accounts import StaffRequest


@require_http_methods(["GET", "POST"])
@permission_required(PeoplePermission.REGISTER_PERSON)
def known_as(request: StaffRequest, person: UUID) -> HttpResponse:
    """The kinds of number a person has (never the numbers) and the other names. A POST adds one, or removes a name."""
    someone = found_or_404(Person.objects.visible_to(request.user).with_stay(), person)
    if not may(request.user, PeoplePermission.REGISTER_PERSON, someone):
        raise PermissionDenied(PeoplePermission.REGISTER_PERSON)
    if request.method != "POST":
        return _page(request, someone)
    if "remove" in request.POST:
        return _remove_name(request, someone, request.POST["remove"])
    match request.POST.get("add"):
        case "number":
            return _add_number(request, someone)
        case "name":
            return _add_name(request, someone)
        case _:
            return errors.refused(request, 400, reason="adds_nothing")


def _add_number(request: StaffRequest, someone: Person) -> HttpResponse:
    form = AddNumberForm(request.POST)
    if not form.is_valid():
        return _page(request, someone, number=form)
    try:
        arrivals.add_number(someone, form.cleaned_data["number"], by=request.user)
    except Refused as refused:
        refusal.record(request, refused)
        form.add_error("number", refused.sentence)
        return _page(request, someone, number=form)
    notices.success(request, _("Nummeret er skrevet ned. Lederen må avgjøre om det er personens nummer."))
    return redirect("desk:known_as", someone.pk)


def _add_name(request: StaffRequest, someone: Person) -> HttpResponse:
    form = AddNameForm(request.POST)
    if not form.is_valid():
        return _page(request, someone, name=form)
    aliases.add(someone, form.cleaned_data["alias"], by=request.user)
    notices.success(request, _("Navnet er lagt til."))
    return redirect("desk:known_as", someone.pk)


def _remove_name(request: StaffRequest, someone: Person, name: str) -> HttpResponse:
    try:
        aliases.remove(someone, name, by=request.user)
    except Refused as refused:
        refusal.record(request, refused)
        return _page(request, someone, gone=True)
    notices.success(request, _("Navnet er fjernet."))
    return redirect("desk:known_as", someone.pk)


def _page(
    request: StaffRequest,
    someone: Person,
    *,
    number: AddNumberForm | None = None,
    name: AddNameForm | None = None,
    gone: bool = False,
) -> HttpResponse:
    """The page of numbers and names. ``gone``: the name to remove was already removed."""
    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone, reason=Reason.KNOWN_AS)
    kinds = {row.kind for row in someone.identifiers.all()}
    number, name = number or AddNumberForm(), name or AddNameForm()
    shown = {
        "person": someone,
        "number": number,
        "name": name,
        "refused": number if number.errors else name,
        "kinds": [label for kind, label in LABELS.items() if kind in kinds],
        "aliases": aliases.of(someone),
        "gone": gone,
    }
    return render(request, "desk/known_as.html", shown, status=409 if gone else 200)
