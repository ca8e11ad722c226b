"""The registers of the system keeper: organisations, and the keys that senders sign with."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from brik.definitions.name_order import in_order
from brik.definitions.recipients import OrganisationKind
from brik.pages import refusal
from brik.pages.refusal import Refused
from brik.staff.access import found_or_404, permission_required, scope_of
from brik.staff.accounts import StaffRequest
from brik.staff.four_eyes import actions as four_eyes
from brik.staff.four_eyes.organisation_changes import in_words
from brik.staff.models import MessageKey, Organisation, Unit
from brik.staff.pages.register_forms import KeyForm, OrganisationForm
from brik.staff.permissions import StaffPermission
from brik.staff.rules import NotAllowed

ADMINISTER = StaffPermission.ADMINISTER


@require_http_methods(["GET"])
@permission_required(ADMINISTER)
def organisations(request: StaffRequest) -> HttpResponse:
    """All organisations to share with or collect from."""
    rows = in_order(Organisation.objects.visible_to(request.user))
    kinds = list(OrganisationKind)
    rows.sort(key=lambda row: kinds.index(OrganisationKind(row.kind)))
    return render(request, "staff/organisations.html", {"organisations": rows})


@require_http_methods(["GET", "POST"])
@permission_required(ADMINISTER)
def organisation(request: StaffRequest, organisation: int | None = None) -> HttpResponse:
    """One organisation, or a new one; a POST proposes its values for another to confirm."""
    if organisation is None:
        stored = Organisation()
    else:
        stored = found_or_404(Organisation.objects.visible_to(request.user), organisation)
    units = in_order(Unit.objects.reached_by(scope_of(request.user, ADMINISTER)))
    form = OrganisationForm(request.POST or None, units=units, organisation=stored)
    # A page shown again keeps the version it was typed over.
    version = request.POST.get("version") if request.method == "POST" or not stored.pk else four_eyes.version_of(stored)
    shown: dict[str, Any] = {"form": form, "organisation": stored, "version": version}
    if request.method == "POST" and form.is_valid():
        try:
            waiting = four_eyes.save_organisation(stored, **form.values(), version=version, by=request.user)
        except NotAllowed as reason:
            form.add_error("public_key", str(reason))
        except Refused as changed:  # by somebody else, since the page was shown
            refusal.record(request, changed)
            shown |= {"version": four_eyes.version_of(stored), "stands": in_words(stored)}
        else:
            return redirect("staff:proposals" if waiting else "staff:organisations")
    shown["waiting"] = stored.proposals.waiting() if stored.pk else []
    shown["replaced"] = stored.replaced_keys.good() if stored.pk else []
    return render(request, "staff/organisation.html", shown, status=409 if "stands" in shown else 200)


@require_http_methods(["GET", "POST"])
@permission_required(ADMINISTER)
def message_keys(request: StaffRequest) -> HttpResponse:
    """The keys that arrival messages may be signed with; a POST proposes one for another to confirm."""
    keys = MessageKey.objects.visible_to(request.user)
    form = KeyForm(request.POST or None, keys=keys.trusted())
    if request.method == "POST" and form.is_valid():
        try:
            four_eyes.propose_key(**form.cleaned_data, by=request.user)
        except NotAllowed as reason:
            form.add_error("kid", str(reason))
        else:
            return redirect("staff:proposals")
    return render(request, "staff/keys.html", {"form": form, "keys": keys})


@require_POST
@permission_required(ADMINISTER)
def message_key(request: StaffRequest, key: int) -> HttpResponse:
    """Stop trusting a key, or propose to trust it again."""
    stored = found_or_404(MessageKey.objects.visible_to(request.user), key)
    if request.POST.get("active") not in ("0", "1"):
        raise BadRequest("unknown answer")
    if request.POST["active"] == "1":
        with suppress(NotAllowed):  # it is trusted already: the list shows it
            four_eyes.propose_key(kid=stored.kid, sender=stored.sender, jwk=stored.jwk, by=request.user)
        return redirect("staff:proposals")
    four_eyes.distrust_key(stored, by=request.user)
    return redirect("staff:keys")
