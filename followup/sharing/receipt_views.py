"""The door for signed receipts from recipients' systems. No session, no form: the signature says who it is."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from followup.sharing import receipts

LARGEST_RECEIPT = 64 * 1024


@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Take one receipt: 200 when it is taken or was taken before, 404 for an unknown message, else 400."""
    if len(request.body) > LARGEST_RECEIPT:
        return JsonResponse({"feil": "Kvitteringen er for stor."}, status=413)
    try:
        taken = receipts.receive(request.body)
    except receipts.Rejected as rejected:
        return JsonResponse({"feil": rejected.reason}, status=404 if rejected.unknown else 400)
    return JsonResponse({"meldingsIdRef": str(taken.delivery.message_id), "status": taken.status.value})
