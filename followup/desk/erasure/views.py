"""The pages of erasures, for those who answer requests for access: propose one, and answer what another proposes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages import refusal
from brik.pages.refusal import Refused
from brik.pages.unsaved.typed_words import types_in
from brik.people.identifiers.same_person import records_of
from brik.people.models import Person
from brik.staff.access import found_or_404, permission_required
from brik.staff.accounts import StaffRequest
from brik.vault.codes.coded_models import proved
from brik.vault.sealing import Shredded
from followup.desk.erasure import actions
from followup.desk.erasure.forms import EraseForm
from followup.desk.erasure.preconditions import hindrances
from followup.desk.permissions import DeskPermission
from followup.desk.retention.erasures import Erasure, ErasureExtent, people
from followup.insight.cause_words import reason_in_words
from followup.insight.event_words import person_code

DECIDED_SHOWN = 20
ANSWERS = {"bekreft": actions.confirm, "avvis": actions.turn_down}


@require_http_methods(["GET", "POST"])
@permission_required(DeskPermission.ERASE)
@types_in(EraseForm)
def erase(request: StaffRequest, person: UUID) -> HttpResponse:
    """Propose to erase what is kept about one person."""
    someone = found_or_404(people(request.user), person)
    form, refused, status = EraseForm(request.POST or None), "", 200
    if request.method == "POST" and form.is_valid():
        try:
            erasure = actions.propose(someone, **form.values(), by=request.user)
        except Refused as why:
            refusal.record(request, why)
            refused, status = why.sentence, 409
        else:
            return redirect("desk:erasure", erasure.pk)
    elif form.errors:
        status = 422
    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone, reason=Reason.ERASURE)
    page = {
        "person": someone,
        "name": _name(someone),
        "form": form,
        "refused": refused,
        "waiting": proved(Erasure.objects.visible_to(request.user).waiting().filter(person=someone)),
    }
    return render(request, "desk/erase.html", page, status=status)


@require_GET
@permission_required(DeskPermission.ERASE)
def erasures(request: StaffRequest) -> HttpResponse:
    """Those that wait for a second person, and those decided most recently; each person by a code."""
    visible = Erasure.objects.visible_to(request.user)
    waiting = visible.waiting().select_related("proposed_by", "decision")
    decided = visible.exclude(decision=None).select_related("proposed_by", "decision__decided_by")
    log.record(Verb.PEOPLE_LISTED, by=request.user, reason=Reason.ERASURES)
    page = {
        "waiting": [_shown(erasure) for erasure in proved(waiting)],
        "decided": [_shown(erasure) for erasure in proved(decided.order_by("-decision__decided_at")[:DECIDED_SHOWN])],
    }
    return render(request, "desk/erasures.html", page)


@require_GET
@permission_required(DeskPermission.ERASE)
def erasure(request: StaffRequest, erasure: UUID) -> HttpResponse:
    """One erasure: what is proposed, what stops it, and the answer."""
    return _page(request, _found(request, erasure))


@require_POST
@permission_required(DeskPermission.ERASE)
def decide_erasure(request: StaffRequest, erasure: UUID) -> HttpResponse:
    """Confirm an erasure, or turn it down."""
    stored, answer = _found(request, erasure), ANSWERS.get(request.POST.get("answer", ""))
    if answer is None:
        raise BadRequest("unknown answer")
    try:
        decision = answer(stored, by=request.user)
    except Refused as why:
        refusal.record(request, why)
        return _page(request, _found(request, erasure), refused=why.sentence)
    notices.success(request, _("Det er slettet for godt.") if decision.confirmed else _("Ingenting er slettet."))
    return redirect("desk:erasure", stored.pk)


def _found(request: StaffRequest, pk: UUID) -> Erasure:
    rows = Erasure.objects.visible_to(request.user).select_related("person", "proposed_by", "decision__decided_by")
    erasure: Erasure = found_or_404(rows, pk)
    return erasure


def _page(request: StaffRequest, erasure: Erasure, *, refused: str = "") -> HttpResponse:
    log.record(Verb.PERSON_READ, by=request.user, subject=erasure.person_id, obj=erasure.person, reason=Reason.ERASURE)
    stops = (
        [] if erasure.decided else hindrances(sorted(records_of([erasure.person_id])), ErasureExtent(erasure.extent))
    )
    page = {
        **_shown(erasure),
        "name": _name(erasure.person),
        "refused": refused,
        "hindrances": [str(why.label) for why in stops],
        "is_own": erasure.proposed_by_id == request.user.pk,
    }
    return render(request, "desk/erasure.html", page, status=409 if refused else 200)


def _shown(erasure: Erasure) -> dict[str, Any]:
    return {
        "erasure": erasure,
        "code": person_code(erasure.person_id),
        "why": capfirst(reason_in_words(erasure.why)),
        "decision": erasure.decided,
    }


def _name(person: Person) -> str:
    """The name; empty where it is erased."""
    try:
        return person.name
    except Shredded:
        return ""
