"""Beginning a talk, changing its language, and reading what came of it."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_GET, require_POST

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.mapping.models import InterviewState as MappingState
from brik.mapping.models import Mapping
from brik.people.person_lookup import visible_person
from brik.staff.access import permission_required
from brik.staff.models import Staff
from consent.models import Consent, Talk
from consent.permissions import ConsentPermission
from consent.record import receipt, steps
from consent.record.document import opened
from consent.record.refusals import Refused, Stale
from consent.talk import actions, signature
from consent.talk.refusal_pages import refused, stale
from consent.talk.talk_context import TalkContext


@require_POST
@permission_required(ConsentPermission.HOLD_TALK)
def start(request: HttpRequest, person: UUID) -> HttpResponse:
    """Begin a talk with a person, or go on with the one that is open."""
    by = _staff(request)
    someone = visible_person(by, person)
    try:
        talk = actions.start(someone, by=by)
    except Refused as refusal:
        return refused(request, refusal, someone.pk, begun=False)
    context = TalkContext(talk, leader=by.name)
    return redirect(settings.BRIK_TALK, talk.pk, context.next_step)


@require_POST
@permission_required(ConsentPermission.HOLD_TALK)
def language(request: HttpRequest, talk: UUID) -> HttpResponse:
    """Go on in another language: what was read in the first one is read again."""
    by = _staff(request)
    held = Talk.objects.visible_to(by).select_related("person__current_stay").filter(pk=talk).first()
    if held is None:
        raise Http404
    context = TalkContext(held, leader=by.name)
    code, version = request.POST.get("language", ""), request.POST.get("version", "")
    if (
        code not in context.texts
        or not version.isdecimal()
        or len(version) > 8
        or steps.LANGUAGE not in context.answers
    ):
        raise BadRequest("language")
    answer = {**context.answers[steps.LANGUAGE], "language": code}
    try:
        actions.save_step(held, step=steps.LANGUAGE, answer=answer, version=int(version), by=by)
    except Refused as refusal:
        return refused(request, refusal, held.person_id)
    except Stale:
        return stale(request, held, "")
    return redirect(settings.BRIK_TALK, held.pk, steps.INFORMATION)


@require_GET
@permission_required(ConsentPermission.READ)
def read(request: HttpRequest, consent: UUID) -> HttpResponse:
    """The stored document on the screen: its own sentences, in the person's language, and in bokmål for the staff."""
    found = _find(request, consent)
    document = opened(found)
    log.record(Verb.CONSENT_READ, by=_staff(request), subject=found.person_id, obj=found)
    drawn = found.signature is not None and document.content["signature"]["method"] == "DRAWN"
    path = signature.path_in(bytes(found.signature.open())) if drawn and found.signature else ""
    # Only for mappers: the interview this very talk made ready.
    ready = Mapping.objects.visible_to(_staff(request)).filter(consent_uuid=found.pk, state=MappingState.READY)
    shown = {
        "consent": found,
        "ready": ready.first(),
        "name": found.person.name,
        "document": document,
        "for_staff": document.for_staff,
        "path": path,
        "view_box": signature.view_box(path),
    }
    return render(request, "consent/read.html", shown)


@require_GET
@permission_required(ConsentPermission.READ)
def done(request: HttpRequest, consent: UUID) -> HttpResponse:
    """The last page the person sees, the same whatever came of it; from there the screen goes back to the staff."""
    found = _find(request, consent)
    document = opened(found)
    log.record(Verb.CONSENT_READ, by=_staff(request), subject=found.person_id, obj=found, reason=Reason.DONE)
    shown = {
        "consent": found,
        "name": found.person.name,
        "page_language": document.language,
        "closing": document.closing,
    }
    with translation.override(document.language):
        return render(request, "consent/done.html", shown)


@require_GET
@permission_required(ConsentPermission.READ)
def receipt_pdf(request: HttpRequest, consent: UUID) -> HttpResponse:
    """The receipt on paper, for the person to take along."""
    found = _find(request, consent)
    paper = receipt.pdf(opened(found), sha256=found.document_sha256)
    log.record(Verb.CONSENT_PRINTED, by=_staff(request), subject=found.person_id, obj=found)
    return HttpResponse(
        paper,
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="kvittering.pdf"'},
    )


def _find(request: HttpRequest, pk: UUID) -> Consent:
    found = Consent.objects.visible_to(_staff(request)).select_related("person", "held_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _staff(request: HttpRequest) -> Staff:
    """Who is signed in; the door has let nobody else this far."""
    return request.user  # type: ignore[return-value]
