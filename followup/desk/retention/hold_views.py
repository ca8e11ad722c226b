"""The pages of legal holds: those that stand or wait for a second person, and the hold of one person.

They ask neither for consents nor for interviews, so that they are the same whatever a person has answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages as notices
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages.refusal import WayOn, leads_on
from brik.people.models import Person
from brik.staff.access import found_or_404, permission_required
from brik.staff.accounts import StaffRequest
from brik.staff.pages.broken_rows import note
from brik.vault import keys
from brik.vault.codes.coded_models import proved
from followup.desk.permissions import DeskPermission
from followup.desk.retention import actions
from followup.desk.retention.hold_forms import LABELS, HoldEndForm, HoldForm
from followup.desk.retention.legal_holds import LegalHold, LegalHoldRequest, LegalHoldRequestQuerySet, people

ANSWERS = {"bekreft": True, "avvis": False}


@dataclass(frozen=True)
class HoldLine:
    """A hold, or a request about one, as a line of a table."""

    row: LegalHold | LegalHoldRequest

    @property
    def name(self) -> str | None:
        """The name of the person, or None where it cannot be unsealed."""
        return self.row.person.name_if_whole

    @property
    def why(self) -> str:
        return str(LABELS[Reason(self.row.why)])


def to_holds(**named: object) -> list[WayOn]:
    """The link of a refusal page."""
    return [WayOn(_("Til bevaring"), reverse("desk:holds"))]


@require_GET
@permission_required(DeskPermission.HOLD)
def holds(request: StaffRequest) -> HttpResponse:
    """The holds that stand, and the requests that wait for a second person."""
    standing = list(LegalHold.objects.visible_to(request.user).standing().select_related("person"))
    waiting = list(_waiting(request).select_related("person"))
    keys.preload(row.person_id for row in (*standing, *waiting))
    lines = [HoldLine(row) for row in proved([*waiting, *standing])]
    log.record(Verb.PEOPLE_LISTED, by=request.user, reason=Reason.HOLDS)
    note(request, {line.row.person_id for line in lines if line.name is None})
    shown = {"waiting": lines[: len(waiting)], "standing": lines[len(waiting) :]}
    return render(request, "desk/holds.html", shown)


@require_http_methods(["GET", "POST"])
@permission_required(DeskPermission.HOLD)
@leads_on(to_holds)
def hold(request: StaffRequest, person: UUID) -> HttpResponse:
    """The hold of one person: ask for one where none stands, or for its end."""
    someone = found_or_404(people(request.user), person)
    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone, reason=Reason.HOLDS)
    standing = LegalHold.objects.visible_to(request.user).standing().filter(person=someone).first()
    form = (HoldForm if standing is None else HoldEndForm)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _ask(request, someone, standing, why=Reason(form.cleaned_data["why"]))
        notices.success(request, _("Lagret. Det gjelder når en annen som svarer på innsyn, har bekreftet."))
        return redirect("desk:holds")
    page = {
        "form": form,
        "person": someone,
        "standing": HoldLine(*proved([standing])) if standing else None,
        "waiting": _waiting(request).filter(person=someone).exists(),
    }
    return render(request, "desk/hold.html", page, status=422 if form.errors else 200)


@require_POST
@permission_required(DeskPermission.HOLD)
@leads_on(to_holds)
def answer_hold(request: StaffRequest, asked: UUID) -> HttpResponse:
    """Confirm what somebody else has asked for, or turn it down."""
    stored = found_or_404(LegalHoldRequest.objects.visible_to(request.user), asked)
    answer = ANSWERS.get(request.POST.get("answer", ""))
    if answer is None:
        raise BadRequest("unknown answer")
    actions.answer_request(stored, confirmed=answer, by=request.user)
    return redirect("desk:holds")


def _waiting(request: StaffRequest) -> LegalHoldRequestQuerySet:
    waiting: LegalHoldRequestQuerySet = LegalHoldRequest.objects.visible_to(request.user).waiting()
    return waiting.select_related("hold", "asked_by")


def _ask(request: StaffRequest, someone: Person, standing: LegalHold | None, *, why: Reason) -> None:
    if standing is None:
        actions.ask_for_hold(someone, why=why, by=request.user)
    else:
        actions.ask_for_end(standing, why=why, by=request.user)
