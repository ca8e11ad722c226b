"""The officer's pages: the preview of a message, sharing it, and its deliveries."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brik.audit import log
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping
from brik.mapping.questionnaire import catalogue
from brik.pages import errors, refusal
from brik.pages.refusal import Refused
from brik.people.models import Person
from brik.people.safeguards import safeguard_of
from brik.staff.access import found_or_404, may, permission_required
from brik.staff.accounts import StaffRequest
from brik.staff.models import Channel, Organisation
from brik.staff.pages.broken_rows import broken_page
from brik.vault.sealing import SealBroken
from followup.sharing import actions
from followup.sharing.disclosure import composition, preconditions
from followup.sharing.disclosure.refusals import ShareRefusal
from followup.sharing.models import Delivery
from followup.sharing.pages import overview, tick_forms
from followup.sharing.pages import preview as previewing
from followup.sharing.pages.plain_words import OWN_WORDS, facts, form_of, recipient_name
from followup.sharing.pages.safeguard_words import safeguard_lines
from followup.sharing.permissions import SharingPermission

STEPS = {"send-pa-nytt": actions.resend, "sett-pa-vent": actions.park, "la-ga": actions.resume}


@require_http_methods(["GET", "POST"])
@permission_required(SharingPermission.SHARE)
def preview(request: StaffRequest, mapping: UUID, organisation: int) -> HttpResponse:
    """Exactly what one recipient will get. A POST shows it again with other ticks, or shares what was seen."""
    visible = Mapping.objects.visible_to(request.user)
    shown = found_or_404(visible.select_related("person__current_stay__unit", "unit", "corrects"), mapping)
    recipient = found_or_404(Organisation.objects.in_use(), organisation)
    if not may(request.user, SharingPermission.SHARE, shown.person):
        raise Http404
    page: dict[str, Any] = {"mapping": shown, "organisation": recipient, "person": shown.person}
    safeguard = safeguard_of(shown.person_id)
    page["graded"] = safeguard.address_graded
    page["recipient"] = recipient_name(recipient, graded=safeguard.address_graded)
    where = f"{shown.pk}:{recipient.pk}:{request.user.pk}"
    try:
        page["safeguards"] = safeguard_lines(shown.person, safeguard)
        ground = preconditions.ground(shown, recipient)
        ticks = previewing.ticks(ground, organisation=recipient)
        form = tick_forms.TickForm(request.POST or None, ticks=ticks)
        if form.is_bound and not form.is_valid():
            return errors.bad_request(request, ValueError())
        own_ticks, free_text = form.ticked()
        wanted = {"organisation": recipient, "own_ticks": own_ticks, "free_text": free_text}
        if request.POST.get("do") == "share":
            refused = _share(shown, request, where=where, wanted=wanted)
            if refused is None:
                notices.success(request, _shared(recipient, page["recipient"]))
                return redirect("sharing:deliveries", person=shown.person_id)
            refusal.record(request, refused)
            page["refused"] = refused.sentence
            # Something has changed since: the page shows what it is now.
            ground = preconditions.ground(shown, recipient)
        page |= _page(shown, request, ticks, where=where, wanted={**wanted, "ground": ground})
    except Refused as nothing:
        page["nothing"] = nothing.sentence
        if request.method == "POST":
            refusal.record(request, nothing)
        return render(request, "sharing/preview.html", page, status=409 if request.method == "POST" else 200)
    except SealBroken:
        return broken(request, shown)
    log.record(Verb.PREVIEW_READ, by=request.user, subject=shown.person_id, obj=shown, about=recipient.number)
    return render(request, "sharing/preview.html", page, status=409 if "refused" in page else 200)


def _share(shown: Mapping, request: StaffRequest, *, where: str, wanted: dict[str, Any]) -> Refused | None:
    """Share what was seen. Returns a refusal after which the officer can look again; raises the others."""
    seen = tick_forms.seen_in(request.POST.get("seen", ""), where=where)
    if seen is None:
        return Refused(ShareRefusal.CHANGED)
    try:
        actions.share(shown, seen=seen, by=request.user, **wanted)
    except Refused as nothing:
        if nothing.why not in (ShareRefusal.CHANGED, ShareRefusal.NOTHING_TO_SAY):
            raise
        return nothing
    return None


def _page(
    shown: Mapping, request: StaffRequest, ticks: list[previewing.PreviewTick], *, where: str, wanted: dict[str, Any]
) -> dict[str, Any]:
    """The message as it would be sent now; when it would be empty, the answers that a tick would add."""
    recipient, ticked = wanted["organisation"], wanted["own_ticks"] | wanted["free_text"]
    page: dict[str, Any] = {"own_words": OWN_WORDS, "inbox": recipient.channel == Channel.INBOX}
    try:
        draft = composition.compose(
            shown, message_id=uuid.uuid4(), created_at=timezone.now(), contact=request.user.name, **wanted
        )
    except Refused as nothing:
        if nothing.why is not ShareRefusal.NOTHING_TO_SAY or not ticks:
            raise
        form = catalogue.get(shown.kind, shown.form_version)
        return page | {"preview": previewing.preview_of(form, {}, ticks)}
    return page | {
        "preview": previewing.preview_of(form_of(draft.message), draft.message, ticks, ticked=ticked),
        "message": draft.message,
        "facts": facts(draft.message),
        "raw": draft.payload.decode(),
        "seen": tick_forms.seal_of(draft, where=where),
        "replaces": draft.replaces is not None,
    }


@require_GET
@permission_required(SharingPermission.SEE_DELIVERIES)
def deliveries(request: StaffRequest, person: UUID) -> HttpResponse:
    """What has been shared about one person, what happened to it, and what can be shared now."""
    shown = found_or_404(Person.objects.visible_to(request.user).with_stay(), person)
    if not may(request.user, SharingPermission.SEE_DELIVERIES, shown):
        raise Http404
    page = {
        "person": shown,
        "overview": overview.for_person(shown, request.user),
        "safeguards": safeguard_lines(shown, safeguard_of(shown.pk)),
    }
    log.record(Verb.DELIVERY_READ, by=request.user, subject=shown.pk)
    return render(request, "sharing/deliveries.html", page)


@require_POST
@permission_required(SharingPermission.SHARE)
def step(request: StaffRequest, message: UUID, step: str) -> HttpResponse:
    """Send a delivery again, park it, or resume it."""
    delivery = found_or_404(Delivery.objects.visible_to(request.user), message, named="message_id")
    take = STEPS.get(step)
    if take is None:
        raise Http404
    take(delivery, by=request.user)
    return redirect("sharing:deliveries", person=delivery.person_id)


def broken(request: StaffRequest, row: Any) -> HttpResponse:
    """The page for a row that does not open: it records the event and shows nothing of the row."""
    log.record(Verb.INTEGRITY_BROKEN, by=request.user, subject=row.person_id, obj=row)
    return broken_page(request)


def _shared(recipient: Organisation, name: str) -> str:
    if recipient.channel == Channel.INBOX:
        return _("Delt. Det ligger nå i innboksen hos %s.") % name
    return _("Delt. Det sendes nå til %s.") % name
