"""Pages that say no in one sentence, with a way on."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from brik.audit import log
from brik.audit.verbs import Verb
from consent.record.refusals import Refused
from consent.talk.submission import FLOW, TalkSubmission
from consent.talk.talk_context import TalkContext


def refused(request: HttpRequest, refusal: Refused, person: UUID, *, begun: bool = True) -> HttpResponse:
    """Why nothing was changed. In a talk that has ``begun`` the person holds the screen."""
    log.record(Verb.REFUSED, by=request.user, subject=person, reason=refusal.why)  # type: ignore[arg-type]
    shown = {"sentence": refusal.why.label, "person": person, "begun": begun}
    return render(request, "consent/refused.html", shown, status=409)


def stale(request: HttpRequest, context: TalkContext, submission: TalkSubmission | None = None) -> HttpResponse:
    """Somebody saved the talk since the page was opened: nothing typed here was saved.

    What was typed on the page of a step is shown, and goes along to the step as it is now.
    """
    talk = context.talk
    log.record(Verb.REFUSED, by=request.user, subject=talk.person_id, obj=talk, reason="stale")  # type: ignore[arg-type]
    shown = {
        "talk": talk,
        "person": talk.person,
        "url": request.path if submission else "",
        "words": submission.form.words() if submission else [],
        "carried": _carried(context, submission) if submission else {},
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
