"""Views that begin a talk, change its language, and show its consent."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.mapping.models import InterviewState as MappingState
from brik.mapping.models import Mapping
from brik.pages import refusal
from brik.pages.links import link_to
from brik.pages.refusal import Refused, leads_on
from brik.people.models import Person
from brik.staff.access import found_or_404, may, permission_required
from brik.staff.accounts import StaffRequest
from consent.models import Consent, SignedSheet, Talk, TalkState
from consent.permissions import ConsentPermission
from consent.record import steps
from consent.record.document import opened
from consent.record.refusals import ConsentRefusal
from consent.record.signed_sheets import opened_sheet
from consent.talk import actions, gate, give_back, signature
from consent.talk.refusal_pages import to_person
from consent.talk.signing import sheet as signed_paper
from consent.talk.talk_context import TalkContext
from consent.talk.youth_contacts import youth_contacts
from consent.texts import catalogue as texts


@require_POST
@permission_required(ConsentPermission.HOLD_TALK)
@leads_on(to_person)
def start(request: StaffRequest, person: UUID) -> HttpResponse:
    """Begin a talk with a person, or continue the open one."""
    return _begin(request, person)


@require_POST
@permission_required(ConsentPermission.READ_RECEIPTS)
@leads_on(to_person)
def mend(request: StaffRequest, person: UUID) -> HttpResponse:
    """Begin the talk that mends a withdrawal: the mapper has heard the person, who takes nothing back."""
    return _begin(request, person, mends=True)


@require_POST
@permission_required(ConsentPermission.READ_RECEIPTS)
@leads_on(to_person)
def renew(request: StaffRequest, person: UUID) -> HttpResponse:
    """Begin a second talk that starts from what stands; a whole talk where nothing does."""
    return _begin(request, person, renews=True)


def _begin(request: StaffRequest, person: UUID, *, mends: bool = False, renews: bool = False) -> HttpResponse:
    someone = found_or_404(Person.objects.visible_to(request.user).with_stay(), person)
    try:
        talk = actions.start(someone, mends=mends, renews=renews, by=request.user)
    except Refused as reason:
        if reason.why is not ConsentRefusal.UNDER_18:
            raise
        refusal.record(request, reason)
        return redirect("consent:minor", person)
    context = TalkContext(talk, leader=request.user.name)
    return redirect(link_to("talk", talk.pk, context.next_step))


@require_POST
@permission_required(ConsentPermission.HOLD_TALK)
@leads_on(to_person)
def discard(request: StaffRequest, person: UUID) -> HttpResponse:
    """Close the person's open talk, in which nothing is answered."""
    open_talks = Talk.objects.visible_to(request.user).filter(state=TalkState.OPEN)
    talk = found_or_404(open_talks, person, named="person")
    actions.discard(talk, by=request.user)
    return redirect(link_to("person", person))


@require_POST
@permission_required(ConsentPermission.HOLD_TALK)
def language(request: StaffRequest, talk: UUID) -> HttpResponse:
    """Continue in another language: the information is read again."""
    open_talk = found_or_404(Talk.objects.visible_to(request.user).select_related("person__current_stay"), talk)
    context = TalkContext(open_talk, leader=request.user.name)
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
        saved = actions.save_step(open_talk, step=steps.LANGUAGE, answer=answer, version=int(version), by=request.user)
    except Refused as reason:
        return refusal.answer(request, reason, to_person(open_talk.person_id, begun=True))
    context.follow(saved)
    return redirect(link_to("talk", open_talk.pk, context.way[context.way.index(steps.TURN) + 1]))


@require_GET
@permission_required(ConsentPermission.READ)
def read(request: StaffRequest, consent: UUID) -> HttpResponse:
    """The stored document on the screen, in the person's language, and the choices in bokmål for the staff."""
    row: Consent = found_or_404(Consent.objects.visible_to(request.user).select_related("person", "held_by"), consent)
    document = opened(row)
    log.record(Verb.CONSENT_READ, by=request.user, subject=row.person_id, obj=row)
    drawn = row.signature is not None and document.content["signature"]["method"] == "DRAWN"
    path = signature.path_in(bytes(row.signature.open())) if drawn and row.signature else ""
    # The interview that this talk made ready; only mappers see it.
    ready = Mapping.objects.visible_to(request.user).filter(consent_uuid=row.pk, state=MappingState.READY)
    shown = {
        "consent": row,
        "ready": ready.first(),
        "name": row.person.name,
        "document": document,
        "for_staff": document.for_staff,
        "path": path,
        "has_sheet": SignedSheet.objects.visible_to(request.user).filter(consent=row).exists(),
        "view_box": signature.view_box(path),
        "works_here": may(request.user, ConsentPermission.CLOSE_TALK, row.person),
    }
    return render(request, "consent/read.html", shown)


@require_GET
@permission_required(ConsentPermission.CLOSE_TALK)
def done(request: StaffRequest, consent: UUID) -> HttpResponse:
    """The last page for the person, of the same form for every outcome; then the staff take back the screen."""
    row = _find(request, consent, signed=give_back.last_page_of(request))
    document = opened(row)
    log.record(Verb.CONSENT_READ, by=request.user, subject=row.person_id, obj=row, reason=Reason.DONE)
    shown = {
        "consent": row,
        "name": row.person.name,
        "page_language": document.language,
        "closing": document.closing,
    }
    with translation.override(document.language):
        return render(request, "consent/done.html", shown)


@require_POST
@permission_required(ConsentPermission.CLOSE_TALK)
def given_back(request: StaffRequest, consent: UUID) -> HttpResponse:
    """The person gives the screen back: it is hidden until the leader's password is given."""
    row = _find(request, consent, signed=give_back.last_page_of(request))
    return give_back.give_back(request, row, leader=request.user)


@require_GET
@permission_required(ConsentPermission.CLOSE_TALK)
def paper(request: StaffRequest, consent: UUID) -> HttpResponse:
    """The way to the printed receipt, behind the password, for whoever held the talk and may not read the consent."""
    row = _find(request, consent, signed=give_back.paper_of(request))
    log.record(Verb.PERSON_READ, by=request.user, subject=row.person_id, obj=row.person)
    return render(request, "consent/paper.html", {"consent": row, "name": row.person.name})


@require_GET
@permission_required(ConsentPermission.HOLD_TALK)
def minor(request: StaffRequest, person: UUID) -> HttpResponse:
    """What is said to somebody under 18, in every language, and to the staff: no talk is held."""
    someone = found_or_404(Person.objects.visible_to(request.user).with_stay(), person)
    if gate.why_shut(someone) is not ConsentRefusal.UNDER_18:
        raise Http404
    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone)
    talks = texts.current(someone.known_stay.legal_status)
    shown = {
        "person": someone,
        "name": someone.name,
        "texts": talks.values(),
        "officer": talks["nb"].body["minor"]["officer"].format(youth_contact=_("lederen for enheten"))
        if "nb" in talks
        else "",
        "contacts": youth_contacts(someone.known_stay.unit),
    }
    return render(request, "consent/minor.html", shown)


@require_GET
@permission_required(ConsentPermission.CLOSE_TALK)
def receipt_pdf(request: StaffRequest, consent: UUID) -> HttpResponse:
    """The receipt as a PDF."""
    row = _find(request, consent, signed=give_back.paper_of(request))
    printed = signed_paper.receipt_pdf(row)
    log.record(Verb.CONSENT_PRINTED, by=request.user, subject=row.person_id, obj=row)
    return HttpResponse(
        printed,
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="kvittering.pdf"'},
    )


@require_GET
@permission_required(ConsentPermission.READ_SHEETS)
def sheet(request: StaffRequest, consent: UUID) -> HttpResponse:
    """The archived sheet with the signature."""
    row = found_or_404(SignedSheet.objects.visible_to(request.user), consent, named="consent")
    data = opened_sheet(row)
    log.record(Verb.CONSENT_READ, by=request.user, subject=row.person_id, obj=row)
    return HttpResponse(
        data,
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="underskrevet-ark.pdf"'},
    )


def _find(request: StaffRequest, pk: UUID, *, signed: str | None) -> Consent:
    visible = Consent.objects.visible_to(request.user, signed=signed)
    row: Consent = found_or_404(visible.select_related("person__current_stay", "held_by", "text"), pk)
    return row
