"""The address of a talk's pages, and what is answered when a sent page never came in."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from brik.mapping.pages.area import save_failure
from brik.pages.refusal import Refused
from brik.staff.access import marked, may
from brik.staff.accounts import StaffRequest, has_signed_in
from brik.staff.models import Staff
from brik.staff.sign_in.hidden_screen import hide_keeping
from consent.models import Talk
from consent.permissions import ConsentPermission
from consent.record import steps
from consent.talk import decision, gate
from consent.talk.decision import Finish
from consent.talk.forms.question_forms import FORMS
from consent.talk.refusal_pages import refused
from consent.talk.talk_context import TalkContext
from consent.talk.wizard import TalkWizard


def talk_pages(*, url_name: str, finish: Finish) -> Callable[..., HttpResponse]:
    """The view of a talk's steps, for the room that composes it.

    ``finish`` makes the consent when the last step is saved, with what follows from it, in the same transaction.
    """

    # Opened by name, so that a page sent after the session was lost is answered with what was typed, not thrown away.
    @login_not_required
    def talk_page(request: HttpRequest, talk: UUID, step: str) -> HttpResponse:
        if not has_signed_in(request):
            lost = request.method == "POST"
            return save_failure.signed_out(request) if lost else redirect_to_login(request.get_full_path())
        if "hide" in request.POST:
            return hide_keeping(
                request, lambda: _keep_typed(request, talk, step), unless=(Refused,), held=save_failure.held
            )
        return page(request, talk, step)

    def not_received(request: HttpRequest, status: int, *, talk: UUID, step: str) -> HttpResponse:
        """What to answer when a sent page never reached its view: nothing is saved, nothing typed is lost."""
        alone = {401: save_failure.held, 503: save_failure.database_down}.get(status)
        if alone or not has_signed_in(request):
            return (alone or save_failure.signed_out)(request)
        return page(request, talk, step, only_shown=True)

    def page(request: StaffRequest, pk: UUID, step: str, *, only_shown: bool = False) -> HttpResponse:
        talk = _find(request.user, pk)
        if talk.consent_id:
            return redirect("consent:done", talk.consent_id)
        try:
            context = _open(talk, step, by=request.user)
        except Refused as refusal:
            return refused(request, refusal, talk.person_id)
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

    # Opened by name, but not to everybody for that.
    return marked(talk_page, permission=ConsentPermission.HOLD_TALK, not_received=not_received)


def _keep_typed(request: StaffRequest, pk: UUID, step: str) -> None:
    context = _open(_find(request.user, pk), step, by=request.user)
    decision.keep_typed(context, step, request, by=request.user)


def _open(talk: Talk, step: str, *, by: Staff) -> TalkContext:
    """Raises ``Refused`` where the talk can no longer be held, ``Http404`` where it has no such step."""
    gate.demand_open(talk)
    if step not in steps.ALL:
        raise Http404
    return TalkContext(talk, leader=by.name)


def _find(by: Staff, pk: UUID) -> Talk:
    """Raises ``PermissionDenied`` or ``Http404`` where there is no talk for ``by`` to hold."""
    if not may(by, ConsentPermission.HOLD_TALK):
        raise PermissionDenied(ConsentPermission.HOLD_TALK)
    talk: Talk | None = Talk.objects.visible_to(by).select_related("person__current_stay__unit").filter(pk=pk).first()
    if talk is None:
        raise Http404
    return talk
