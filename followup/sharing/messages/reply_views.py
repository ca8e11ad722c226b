"""The mapper's page for one summary's messages: what the recipient has written, and the reply to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from brik.audit import log
from brik.audit.verbs import Verb
from brik.pages.unsaved.typed_words import types_in
from brik.staff.access import found_or_404, may, permission_required
from brik.staff.accounts import StaffRequest
from brik.vault.sealing import SealBroken
from followup.sharing.disclosure.clearance import clearance_of
from followup.sharing.disclosure.threads import thread
from followup.sharing.messages import actions
from followup.sharing.messages.reply_form import ReplyForm, token_of, was_shown
from followup.sharing.models import Delivery
from followup.sharing.pages.plain_words import recipient_name
from followup.sharing.pages.views import broken
from followup.sharing.permissions import SharingPermission


@require_http_methods(["GET", "POST"])
@permission_required(SharingPermission.SHARE)
@types_in(lambda data: ReplyForm(data, sends=False))
def reply(request: StaffRequest, message: UUID) -> HttpResponse:
    """The messages, and a form. A POST shows the reply as it will be read; one with the tick sends what was shown."""
    rows = Delivery.objects.visible_to(request.user)
    delivery = found_or_404(rows.select_related("person", "organisation", "disclosure"), message, named="message_id")
    if not may(request.user, SharingPermission.SHARE, delivery.person):
        raise Http404
    where = f"{delivery.pk}:{request.user.pk}"
    sends = request.POST.get("do") == "send"
    form = ReplyForm(request.POST if request.method == "POST" else None, sends=sends)
    page: dict[str, Any] = {
        "person": delivery.person,
        "delivery": delivery,
        "recipient": recipient_name(delivery.organisation, graded=delivery.person.address_graded),
        "form": form,
    }
    try:
        actions.open_to_reply(delivery, clearance_of(delivery.person_id, delivery.organisation_id))
        is_valid = form.is_valid()
        text = form.cleaned_data.get("text", "") if form.is_bound and not form.shown_again else ""
        if sends and is_valid and was_shown(request.POST.get("token", ""), text, where=where):
            actions.reply(delivery, text=text, by=request.user)
            notices.success(request, _("Svaret er sendt."))
            return redirect("sharing:deliveries", person=delivery.person_id)
        if text:
            page |= {"text": text, "token": token_of(text, where=where)}
        if is_valid:
            page["form"] = ReplyForm(initial={"text": text}, sends=True)
        page["thread"] = thread(delivery.disclosure)
    except SealBroken:
        return broken(request, delivery)
    log.record(Verb.DELIVERY_READ, by=request.user, subject=delivery.person_id)
    return render(request, "sharing/reply.html", page, status=422 if form.errors else 200)
