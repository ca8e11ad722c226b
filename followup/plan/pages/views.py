"""The page of what somebody needs help with, and the pages on which a need is entered, changed and ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from brik.audit import log
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping
from brik.mapping.questionnaire.labels import theme_name
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record.lifecycle import latest_final
from brik.pages.refusal import WayOn, leads_on
from brik.people.models import Person
from brik.staff.access import found_or_404, may, permission_required
from brik.staff.accounts import StaffRequest
from brik.vault.codes.coded_models import proved
from followup.plan import actions
from followup.plan.need_states import NeedMover, NeedState, may_move
from followup.plan.needs import Need
from followup.plan.pages import forms
from followup.plan.pages.forms import NeedForm, NewNeedForm, ProposedForm, ReopenForm
from followup.plan.pages.need_page import NeedLine, needs_of, page
from followup.plan.permissions import PlanPermission


def _to_needs(person: UUID, **named: object) -> list[WayOn]:
    return [WayOn(_("Til behovene"), reverse("plan:plan", args=[person]))]


@require_http_methods(["GET", "POST"])
@permission_required(PlanPermission.NEEDS)
@leads_on(_to_needs)
def plan(request: StaffRequest, person: UUID) -> HttpResponse:
    """The needs of one person. A POST confirms what the interview proposes."""
    someone, interview = _found(request, person)
    needs = needs_of(someone, request.user)
    offered = actions.proposals(interview, needs)
    form = ProposedForm(request.POST or None, offered=offered)
    if request.method == "POST" and form.is_valid():
        actions.confirm(interview, themes=form.themes, by=request.user)
        notices.success(request, _("Behovene er lagret."))
        return redirect("plan:plan", someone.pk)
    _read(request, someone)
    shown = {"person": someone, "interview": interview, "form": form if offered else None}
    return render(request, "plan/needs.html", shown | page(needs, offered))


@require_http_methods(["GET", "POST"])
@permission_required(PlanPermission.NEEDS)
@leads_on(_to_needs)
def new_need(request: StaffRequest, person: UUID) -> HttpResponse:
    """Enter a need that the person tells of after the interview."""
    someone, interview = _found(request, person)
    taken = {need.opened.theme for need in needs_of(someone, request.user) if need.state == NeedState.OPEN}
    form = NewNeedForm(request.POST or None, themes=[theme for theme in Theme if theme not in taken])
    if request.method == "POST" and form.is_valid():
        actions.enter(interview, content=form.content, by=request.user)
        notices.success(request, _("Behovet er lagret."))
        return redirect("plan:plan", someone.pk)
    _read(request, someone)
    return render(request, "plan/new_need.html", {"person": someone, "form": form})


@require_http_methods(["GET", "POST"])
@permission_required(PlanPermission.NEEDS)
@leads_on(_to_needs)
def need(request: StaffRequest, person: UUID, need: UUID) -> HttpResponse:
    """One need: change it, end it, or open it again."""
    someone, _interview = _found(request, person)
    found = found_or_404(Need.objects.visible_to(request.user).filter(person=someone).select_related("mapping"), need)
    if found.state == NeedState.OPEN:
        form: NeedForm | ReopenForm = NeedForm(request.POST or None, need=found)
    elif may_move(found.state, NeedState.OPEN, NeedMover.STAFF):
        form = ReopenForm(request.POST or None)
    else:
        raise Http404
    if request.method == "POST" and form.is_valid():
        _carry_out(form, found, _version(request), request)
        notices.success(request, _("Behovet er lagret."))
        return redirect("plan:plan", someone.pk)
    _read(request, someone)
    shown = {"person": someone, "need": NeedLine.of(found), "form": form, "name": theme_name(found.opened.theme)}
    shown["version"] = _version(request) if request.method == "POST" else found.row_version
    return render(request, "plan/need.html", shown)


def _carry_out(form: NeedForm | ReopenForm, need: Need, version: int, request: StaffRequest) -> None:
    said: dict[str, Any] = form.cleaned_data
    by = request.user
    if isinstance(form, ReopenForm):
        actions.reopen(need, reason=said["reason"], version=version, by=by)
        return
    match said["what"]:
        case forms.CHANGE:
            actions.change(need, content=form.content, version=version, by=by)
        case NeedState.MET:
            actions.meet(need, version=version, by=by)
        case NeedState.DECLINED:
            actions.decline(need, present=said["present"], version=version, by=by)
        case NeedState.LAPSED:
            actions.lapse(need, reason=said["reason"], version=version, by=by)
        case _:
            actions.mark_in_error(need, version=version, by=by)


def _version(request: StaffRequest) -> int:
    """The version that the page showed; one that nobody has where it is not there."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else -1


def _found(request: StaffRequest, pk: UUID) -> tuple[Person, Mapping]:
    """The person, and the interview that counts now. Raises ``Http404`` for everybody who may not, and without one."""
    someone: Person = found_or_404(Person.objects.visible_to(request.user).with_stay(), pk)
    if not may(request.user, PlanPermission.NEEDS, someone):
        raise Http404
    interview = latest_final(someone)
    if interview is None:
        raise Http404
    return someone, proved([interview])[0]


def _read(request: StaffRequest, person: Person) -> None:
    log.record(Verb.NEEDS_READ, by=request.user, subject=person.pk, obj=person)
