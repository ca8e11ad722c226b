"""Pages that say no in one sentence, with a way on."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from brik.pages import refusal
from brik.pages.links import link_to
from brik.pages.refusal import Refused, WayOn
from consent.record.refusals import Stale
from consent.talk.submission import FLOW, TalkSubmission
from consent.talk.talk_context import TalkContext


def to_person(person: UUID, *, begun: bool = False) -> list[WayOn]:
    """In a talk that has ``begun`` the person holds the screen."""
    return [WayOn(_("Til personen"), link_to("person", person), behind_password=begun)]


def refused(request: HttpRequest, reason: Refused, person: UUID) -> HttpResponse:
    """Why nothing was changed in a talk that has begun."""
    seen = [WayOn(_("Se hva som er lagret"), request.path)] if isinstance(reason, Stale) else []
    return refusal.answer(request, reason, [*seen, *to_person(person, begun=True)])


def stale(request: HttpRequest, context: TalkContext, submission: TalkSubmission) -> HttpResponse:
    """Somebody saved the talk since the page was opened: nothing typed here was saved.

    What was typed on the page of a step is shown, and goes along to the step as it is now.
    """
    reason = Stale()
    refusal.record(request, reason)
    person = context.talk.person_id
    shown = {
        "title": reason.why.window_title,
        "heading": reason.why.heading,
        "paragraphs": reason.paragraphs,
        "ways_on": [WayOn(_("Se hva som er lagret"), request.path), *to_person(person, begun=True)],
        "closed": True,
        "url": request.path,
        "words": submission.form.words(),
        "carried": _carried(context, submission),
        "language": context.text.language,
    }
    return render(request, "consent/stale.html", shown, status=409)


def _carried(context: TalkContext, submission: TalkSubmission) -> dict[str, list[str]]:
    """What the step sends again, as if its page had been opened now; nothing while the step is not open."""
    if not submission.form.sent or submission.step not in context.open_steps:
        return {}
    return submission.form.sent | {
        f"{FLOW}-current_step": [submission.step],
        "version": [str(context.talk.row_version)],
        "text": [context.text.version],
        "again": ["show"],
    }
