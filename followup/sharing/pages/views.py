"""The officer's pages: what a recipient will see, sharing it, and what became of it."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brik.audit import log
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping
from brik.mapping.questionnaire import catalogue
from brik.pages import errors
from brik.people.person_lookup import visible_person
from brik.staff.access import may, permission_required
from brik.staff.accounts import StaffRequest
from brik.staff.models import Channel, Organisation
from brik.staff.pages.broken_rows import broken_page
from brik.vault.sealing import SealBroken
from followup.sharing import actions
from followup.sharing.disclosure import composition
from followup.sharing.disclosure.preconditions import NothingShared, ShareRefusal
from followup.sharing.disclosure.states import MoveNotAllowed
from followup.sharing.models import Delivery
from followup.sharing.pages import overview, tick_forms
from followup.sharing.pages import preview as previewing
from followup.sharing.pages.plain_words import OWN_WORDS, facts, form_of
from followup.sharing.permissions import SharingPermission

STEPS = {"send-pa-nytt": actions.resend, "sett-pa-vent": actions.park, "la-ga": actions.resume}


@require_http_methods(["GET", "POST"])
@permission_required(SharingPermission.SHARE)
def preview(request: StaffRequest, mapping: UUID, organisation: int) -> HttpResponse:
    """Exactly what one recipient will get; a POST shows it again with other ticks, or shares what was seen."""
    shown = get_object_or_404(Mapping.objects.visible_to(request.user).select_related("person"), pk=mapping)
    recipient = get_object_or_404(Organisation, pk=organisation, active=True)
    if not may(request.user, SharingPermission.SHARE, shown.person):
        raise Http404
    page: dict[str, Any] = {"mapping": shown, "organisation": recipient, "person": shown.person}
    where = f"{shown.pk}:{recipient.pk}:{request.user.pk}"
    try:
        ticks = previewing.ticks(shown, organisation=recipient)
        form = tick_forms.TickForm(request.POST or None, ticks=ticks)
        if form.is_bound and not form.is_valid():
            return errors.bad_request(request, ValueError())
        own_ticks, free_text = form.ticked()
        wanted = {"organisation": recipient, "own_ticks": own_ticks, "free_text": free_text}
        if request.POST.get("do") == "share":
            refused = _share(shown, request, where=where, wanted=wanted)
            if refused is None:
                notices.success(request, _shared(recipient))
                return redirect("sharing:deliveries", person=shown.person_id)
            errors.record(request, 409, reason=refused.value)
            page["refused"] = refused.label
        page |= _page(shown, request, ticks, where=where, wanted=wanted)
    except NothingShared as nothing:
        page["nothing"] = nothing.why.label
        if request.method == "POST":
            errors.record(request, 409, reason=nothing.why.value)
        return render(request, "sharing/preview.html", page, status=409 if request.method == "POST" else 200)
    except SealBroken:
        return broken(request, shown)
    log.record(Verb.PREVIEW_READ, by=request.user, subject=shown.person_id, obj=shown, about=recipient.number)
    return render(request, "sharing/preview.html", page, status=409 if "refused" in page else 200)


def _share(shown: Mapping, request: StaffRequest, *, where: str, wanted: dict[str, Any]) -> ShareRefusal | None:
    """Share what was seen, or tell that it must be looked at again. Raises ``NothingShared`` for what will not help."""
    seen = tick_forms.seen_in(request.POST.get("seen", ""), where=where)
    if seen is None:
        return ShareRefusal.CHANGED
    try:
        actions.share(shown, seen=seen, by=request.user, **wanted)
    except NothingShared as nothing:
        if nothing.why not in (ShareRefusal.CHANGED, ShareRefusal.NOTHING_TO_SAY):
            raise
        return nothing.why
    return None


def _page(
    shown: Mapping, request: StaffRequest, ticks: list[previewing.PreviewTick], *, where: str, wanted: dict[str, Any]
) -> dict[str, Any]:
    """The message as it would leave now; where nothing would, what could with a tick."""
    recipient, ticked = wanted["organisation"], wanted["own_ticks"] | wanted["free_text"]
    page: dict[str, Any] = {"own_words": OWN_WORDS, "inbox": recipient.channel == Channel.INBOX}
    try:
        draft = composition.compose(
            shown, message_id=uuid.uuid4(), created_at=timezone.now(), contact=request.user.name, **wanted
        )
    except NothingShared as nothing:
        if nothing.why is not ShareRefusal.NOTHING_TO_SAY or not ticks:
            raise
        form = catalogue.get(shown.kind, shown.form_version)
        return page | {"preview": previewing.laid_out(form, {}, ticks)}
    return page | {
        "preview": previewing.laid_out(form_of(draft.message), draft.message, ticks, ticked=ticked),
        "message": draft.message,
        "facts": facts(draft.message),
        "raw": draft.payload.decode(),
        "seen": tick_forms.seal_of(draft, where=where),
        "replaces": draft.replaces is not None,
    }


@require_GET
@permission_required(SharingPermission.SEE_DELIVERIES)
def deliveries(request: StaffRequest, person: UUID) -> HttpResponse:
    """What has gone out about one person, what became of it, and what can be shared now."""
    shown = visible_person(request.user, person)
    if not may(request.user, SharingPermission.SEE_DELIVERIES, shown):
        raise Http404
    page = {"person": shown, "overview": overview.for_person(shown, request.user)}
    log.record(Verb.DELIVERY_READ, by=request.user, subject=shown.pk)
    return render(request, "sharing/deliveries.html", page)


@require_POST
@permission_required(SharingPermission.SHARE)
def step(request: StaffRequest, message: UUID, step: str) -> HttpResponse:
    """Send again, set aside, or let go."""
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user), message_id=message)
    take = STEPS.get(step)
    if take is None:
        raise Http404
    try:
        take(delivery, by=request.user)
    except MoveNotAllowed:
        return errors.refused(
            request,
            409,
            reason="move_not_allowed",
            title=_("Det går ikke lenger"),
            paragraphs=[
                _("Leveransen har endret seg siden du åpnet siden, eller noe nyere er sendt. Ingenting er gjort.")
            ],
        )
    return redirect("sharing:deliveries", person=delivery.person_id)


def broken(request: StaffRequest, row: Any) -> HttpResponse:
    """What is stored is not what was sealed here: nothing is shown, and it is noted."""
    log.record(Verb.INTEGRITY_BROKEN, by=request.user, subject=row.person_id, obj=row)
    return broken_page(request)


def _shared(recipient: Organisation) -> str:
    if recipient.channel == Channel.INBOX:
        return _("Delt. Det ligger nå i innboksen hos %s.") % recipient.name
    return _("Delt. Det sendes nå til %s.") % recipient.name
