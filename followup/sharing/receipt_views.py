"""The door for signed receipts from recipients' systems. No session, no form: the signature says who it is."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from brik.audit import log
from brik.audit.actors import Nobody
from brik.audit.verbs import Verb
from brik.people import throttle
from followup.sharing import receipts

LARGEST_RECEIPT = 64 * 1024


@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Take one receipt: 200 when it is taken or was taken before, 404 for an unknown message, else 400.

    Only what no known recipient has signed is counted, and only such is stopped: others may share the address.
    """
    if len(request.body) <= LARGEST_RECEIPT and receipts.is_signed(request.body):
        return _taken(request)
    try:
        throttle.begin("messages.receipt", throttle.source_of(request), limit=settings.UNSIGNED_TRIES_ADDRESS)
    except throttle.TooMany as many:
        text = "For mange usignerte kvitteringer fra denne adressen."
        if many.first:
            log.record(Verb.RECEIPT_REJECTED, by=Nobody(), reason=text)
        return JsonResponse({"feil": text}, status=429, headers={"Retry-After": str(many.seconds)})
    return _taken(request)


def _taken(request: HttpRequest) -> HttpResponse:
    if len(request.body) > LARGEST_RECEIPT:
        text = "Kvitteringen er for stor."
        log.record(Verb.RECEIPT_REJECTED, by=Nobody(), reason=text)
        return JsonResponse({"feil": text}, status=413)
    try:
        taken = receipts.receive(request.body)
    except receipts.Rejected as rejected:
        return JsonResponse({"feil": rejected.reason}, status=404 if rejected.unknown else 400)
    return JsonResponse({"meldingsIdRef": str(taken.delivery.message_id), "status": taken.status.value})
