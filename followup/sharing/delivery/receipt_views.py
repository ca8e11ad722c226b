"""The endpoint for signed receipts from recipients' systems. No session: the signature identifies the sender."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from brik.audit import log
from brik.audit.actors import Nobody
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages.unsaved.page import never_held
from followup.sharing.delivery import receipts
from followup.sharing.wire.signed_requests import fault_in_length, seconds_to_wait

LARGEST_RECEIPT = 64 * 1024


@never_held("answers a signed message")
@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Take one receipt: 200 when it is taken or was taken before, 404 for an unknown message, else 400."""
    fault = fault_in_length(request, most=LARGEST_RECEIPT)
    verified = None if fault else receipts.verify(request.body)
    if verified is not None:
        return _taken(verified)
    if (seconds := seconds_to_wait(request, purpose="messages.receipt", rejected=Verb.RECEIPT_REJECTED)) is not None:
        text = "For mange usignerte kvitteringer fra denne adressen."
        return JsonResponse({"feil": text}, status=429, headers={"Retry-After": str(seconds)})
    return _unread(*fault) if fault else _taken(None)


def _unread(status: int, text: str) -> HttpResponse:
    log.record(Verb.RECEIPT_REJECTED, by=Nobody(), reason=Reason.UNREADABLE, about=text)
    return JsonResponse({"feil": text}, status=status)


def _taken(verified: receipts.VerifiedMessage | None) -> HttpResponse:
    try:
        taken = receipts.receive(verified)
    except receipts.ReceiptRejected as rejected:
        return JsonResponse({"feil": rejected.reason}, status=404 if rejected.unknown else 400)
    return JsonResponse({"meldingsIdRef": str(taken.delivery.message_id), "status": taken.status.value})
