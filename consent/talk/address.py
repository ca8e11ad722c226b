"""The address of a talk's pages."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from brik.pages.refusal import Refused
from brik.pages.unsaved.typed_words import types_in
from brik.staff.access import marked, may
from brik.staff.accounts import StaffRequest
from brik.staff.models import Staff
from brik.staff.sign_in.hidden_screen import hide_keeping
from brik.vault.codes.coded_models import proved
from consent.models import Talk
from consent.permissions import ConsentPermission
from consent.record import steps
from consent.talk import decision, gate
from consent.talk.decision import Finish
from consent.talk.forms.free_words import free_words
from consent.talk.forms.question_forms import FORMS
from consent.talk.refusal_pages import refused
from consent.talk.talk_context import TalkContext
from consent.talk.wizard import TalkWizard


def talk_pages(*, url_name: str, finish: Finish) -> Callable[..., HttpResponse]:
    """The view of a talk's steps, for the room that composes it.

    ``finish`` makes the consent when the last step is saved, with what follows from it, in the same transaction.
    """

    def talk_page(request: StaffRequest, talk: UUID, step: str) -> HttpResponse:
        if "hide" in request.POST:
            return hide_keeping(request, lambda: _keep_typed(request, talk, step))
        return page(request, talk, step)

    def show_unsaved(request: StaffRequest, talk: UUID, step: str) -> HttpResponse:
        """The page of a sent form that never reached its view: shown as it was typed, and not saved."""
        return page(request, talk, step, only_shown=True)

    def page(request: StaffRequest, pk: UUID, step: str, *, only_shown: bool = False) -> HttpResponse:
        talk = _find(request.user, pk)
        if talk.consent_id:
            return redirect("consent:done", talk.consent_id)
        context = _context(talk, step, by=request.user)
        try:
            gate.demand_open(talk)
        except Refused as refusal:
            return refused(request, refusal, context, step)
        if request.method != "POST" and step not in context.open_steps:
            return redirect(url_name, pk, context.next_step)
        wizard = TalkWizard.as_view(
            form_list=[(name, FORMS[name]) for name in context.way],
            url_name=url_name,
            context=context,
            by=request.user,
            finish=finish,
            only_shown=only_shown,
        )
        response: HttpResponse = wizard(request, talk=pk, step=step)
        return response

    page_of_talk = marked(talk_page, permission=ConsentPermission.HOLD_TALK, show_unsaved=show_unsaved)
    return types_in(free_words)(page_of_talk)


def _keep_typed(request: StaffRequest, pk: UUID, step: str) -> None:
    context = _context(_find(request.user, pk), step, by=request.user)
    gate.demand_open(context.talk)
    decision.keep_typed(context, step, request, by=request.user)


def _context(talk: Talk, step: str, *, by: Staff) -> TalkContext:
    """Raises ``Http404`` where no talk has such a step."""
    if step not in (*steps.ALL, steps.SAID_AGAIN, steps.STANDING):
        raise Http404
    return TalkContext(talk, leader=by.name)


def _find(by: Staff, pk: UUID) -> Talk:
    """Raises ``PermissionDenied`` or ``Http404`` where ``by`` has none to hold, ``CodeBroken`` where it was changed."""
    if not may(by, ConsentPermission.HOLD_TALK):
        raise PermissionDenied(ConsentPermission.HOLD_TALK)
    talk: Talk | None = Talk.objects.visible_to(by).select_related("person__current_stay__unit").filter(pk=pk).first()
    if talk is None:
        raise Http404
    return proved([talk])[0]
