"""The pages of a withdrawal: one page, at most three clicks, the same for every person and every role."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages.refusal import Refused
from brik.pages.unsaved.typed_words import types_in
from brik.people.models import Person
from brik.people.permissions import PeoplePermission
from brik.staff.access import found_or_404, may, permission_required
from brik.staff.accounts import StaffRequest
from consent.models import Withdrawal, WithdrawalReceipt
from consent.permissions import ConsentPermission
from consent.record.document import opened
from consent.record.receipt import pdf
from consent.record.withdrawal.actions import told_of
from consent.talk.gate import may_mend
from followup.desk import actions
from followup.desk.withdrawal import choices, replies
from followup.desk.withdrawal.forms import WithdrawForm


@require_http_methods(["GET", "POST"])
@permission_required(ConsentPermission.NOTE_WITHDRAWAL)
@types_in(WithdrawForm)
def withdraw(request: StaffRequest, person: UUID) -> HttpResponse:
    """Record a withdrawal. The page does not reveal whether there was anything to withdraw."""
    someone = found_or_404(choices.people(request.user), person)
    if not may(request.user, ConsentPermission.NOTE_WITHDRAWAL, someone):
        raise PermissionDenied(ConsentPermission.NOTE_WITHDRAWAL)
    form, page = WithdrawForm(request.POST or None), _page_id(request)
    if request.method == "POST" and form.is_valid():
        try:
            key = form.key(page, person=someone, by=request.user)
            noted = actions.withdraw(someone, **form.decided(), key=key, by=request.user)
        except Refused as refusal:
            # The form counts days and the consents count hours; they differ when the clocks change.
            form.add_error("day", refusal.sentence)
        else:
            return redirect("desk:receipt", noted.pk)
    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone, reason=Reason.WITHDRAWAL)
    return render(
        request,
        "desk/withdraw.html",
        {"person": someone, "name": someone.name, "form": form, "page": page, "back": _back(request, someone)},
    )


def _page_id(request: StaffRequest) -> UUID:
    """The id of the opened page. A withdrawal is never refused for want of one."""
    try:
        return UUID(request.POST.get("page", ""))
    except ValueError:
        return uuid4()


def _back(request: StaffRequest, person: Person) -> str:
    """Where the user knows the person from: the person page, or the extract."""
    return reverse(
        "desk:person" if may(request.user, PeoplePermission.SEE_PEOPLE) else "desk:extract", args=[person.pk]
    )


@require_GET
@permission_required(ConsentPermission.NOTE_WITHDRAWAL)
def receipt(request: StaffRequest, withdrawal: UUID) -> HttpResponse:
    """The receipt of a withdrawal for those who may read it; the others see only that it is recorded."""
    noted = found_or_404(choices.noted_by(request.user), withdrawal)
    receipt = WithdrawalReceipt.objects.visible_to(request.user).filter(withdrawal=noted).first()
    may_read = Withdrawal.objects.visible_to(request.user).filter(pk=noted.pk).exists()
    # Whoever may only note reads no consent: the extract tells the person who did.
    read = Verb.CONSENT_READ if may_read else Verb.PERSON_READ
    log.record(read, by=request.user, subject=noted.person_id, obj=receipt or noted)
    document = opened(receipt) if receipt else None
    shown = {
        "noted": noted,
        "name": noted.person.name,
        "document": document,
        "since": replies.blocks(receipt, language=document.language) if receipt and document else [],
        "may_read": may_read,
        **_unheard(request, noted),
        "back": _back(request, noted.person),
        "may_hear": may(request.user, ConsentPermission.READ_RECEIPTS, noted.person),
    }
    return render(request, "desk/withdrawn.html", shown)


def _unheard(request: StaffRequest, noted: Withdrawal) -> dict[str, bool]:
    """Whether a withdrawal that was only told of still waits, was mended by a talk since, or can be mended now."""
    waits = Withdrawal.objects.visible_to(request.user).unheard().filter(pk=noted.pk).exists()
    told = waits and told_of(noted.person).filter(pk=noted.pk).exists()
    return {
        "unheard": told,
        "mended": waits and not told,
        "may_mend": told and may_mend(noted.person, by=request.user),
    }


@require_POST
@permission_required(ConsentPermission.READ_RECEIPTS)
def heard(request: StaffRequest, withdrawal: UUID) -> HttpResponse:
    """The mapper has spoken with the person, and it is so: what was sent is retracted now."""
    told = found_or_404(Withdrawal.objects.visible_to(request.user), withdrawal)
    actions.hear_withdrawal(told, by=request.user)
    return redirect("desk:receipt", told.pk)


@require_GET
@permission_required(ConsentPermission.NOTE_WITHDRAWAL)
def receipt_pdf(request: StaffRequest, withdrawal: UUID) -> HttpResponse:
    """The receipt on paper, for the person to take along."""
    receipt = found_or_404(WithdrawalReceipt.objects.visible_to(request.user), withdrawal, named="withdrawal")
    log.record(Verb.CONSENT_PRINTED, by=request.user, subject=receipt.person_id, obj=receipt)
    document = opened(receipt)
    since = replies.blocks(receipt, language=document.language)
    paper = pdf(document, sha256=receipt.document_sha256, since=since)
    return HttpResponse(
        paper,
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="kvittering.pdf"'},
    )
