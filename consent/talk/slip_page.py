"""The slip to the health service, as a page of the talk.

It has an address of its own: what is chosen is held nowhere and goes to the slip alone, never to the talk.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from brik.audit import log
from brik.audit.verbs import Verb
from brik.pages import refusal
from brik.pages.links import link_to
from brik.pages.page_flow import sent_version
from brik.pages.refusal import Refused
from brik.pages.unsaved.page import never_held
from brik.slips import slip_words
from brik.slips.forms import SlipForm, chosen
from brik.staff.access import found_or_404, permission_required
from brik.staff.accounts import StaffRequest
from consent.models import Talk
from consent.permissions import ConsentPermission
from consent.record import steps
from consent.record.refusals import ConsentRefusal
from consent.talk import actions, gate
from consent.talk.refusal_pages import to_person
from consent.talk.talk_context import TalkContext


@never_held("nobody but the health service is to see what was chosen")
@require_http_methods(["GET", "POST"])
@permission_required(ConsentPermission.HOLD_TALK)
def slip(request: StaffRequest, talk: UUID) -> HttpResponse:
    """The person's own page. Whatever is sent, the answer is the same."""
    visible = Talk.objects.visible_to(request.user).select_related("person__current_stay__unit")
    open_talk = found_or_404(visible, talk)
    if open_talk.consent_id:
        return redirect("consent:done", open_talk.consent_id)
    context = TalkContext(open_talk, leader=request.user.name)
    if request.method == "POST":
        try:
            context.follow(_turn(request, open_talk))
        except Refused as reason:
            # The page of the refusal is that of a GET: a browser keeps on its disk what was sent for a page.
            refusal.record(request, reason)
            return redirect(request.path)
        return redirect(link_to("talk", talk, context.step_after(steps.SLIP)))
    try:
        gate.demand_open(open_talk)
    except Refused as reason:
        return refusal.answer(request, reason, to_person(open_talk.person_id, begun=True))
    if steps.SLIP not in context.open_steps:
        return redirect(link_to("talk", talk, context.next_step))
    return _page(request, context)


def _turn(request: StaffRequest, talk: Talk) -> Talk:
    version = sent_version(request.POST)
    if version is None:
        raise Refused(ConsentRefusal.STALE)
    return actions.turn_slip(talk, topics=chosen(request.POST), version=version, by=request.user)


def _page(request: StaffRequest, context: TalkContext) -> HttpResponse:
    talk, words = context.talk, slip_words.definition().words[context.text.language]
    place = context.way.index(steps.SLIP)
    shown = {
        "talk": talk,
        "name": talk.person.name,
        "page_language": context.text.language,
        "languages": context.texts.values(),
        "version": talk.row_version,
        "number": place + 1,
        "total": len(context.way),
        "step_text": context.body["step"].format(number=place + 1, total=len(context.way)),
        "words": words,
        "form": SlipForm(words),
        "back": link_to("talk", talk.pk, context.way[place - 1]),
        "back_words": context.body["buttons"]["back"],
    }
    log.record(Verb.CONSENT_TALK_READ, by=request.user, subject=talk.person_id, obj=talk, about=steps.SLIP)
    with translation.override(context.text.language):
        return render(request, "consent/slip.html", shown)
