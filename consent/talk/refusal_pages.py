"""Pages that say no in one sentence, with a way on."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from consent.models import Talk
from consent.record.refusals import Refused


def refused(request: HttpRequest, refusal: Refused, person: UUID, *, begun: bool = True) -> HttpResponse:
    """Why nothing was changed. In a talk that has ``begun`` the person holds the screen."""
    log.record(Verb.REFUSED, by=request.user, subject=person, reason=refusal.why)  # type: ignore[arg-type]
    shown = {"sentence": refusal.why.label, "person": person, "begun": begun}
    return render(request, "consent/refused.html", shown, status=409)


def stale(request: HttpRequest, talk: Talk, url: str) -> HttpResponse:
    """Somebody saved the talk since the page was opened: nothing typed here was saved."""
    log.record(Verb.REFUSED, by=request.user, subject=talk.person_id, obj=talk, reason=Reason.STALE)  # type: ignore[arg-type]
    return render(request, "consent/stale.html", {"url": url, "person": talk.person_id}, status=409)
