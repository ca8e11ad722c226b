"""The address where the service posts its signed messages. Open to no browser: no session, no form, no page."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from brik.audit import log
from brik.audit.actors import Nobody
from brik.audit.verbs import Verb
from brik.people import throttle
from followup.desk import intake
from followup.sharing.states import ReceiptStatus

UNKNOWN_SENDER = {401, 411, 413}


@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest) -> JsonResponse:
    """One compact JWS in the body; the answer is its ``Kvittering``. What is too large is turned away unread."""
    try:
        attempt = throttle.begin("messages.intake", throttle.source_of(request), limit=settings.UNSIGNED_TRIES_ADDRESS)
    except throttle.TooMany as many:
        text = "For mange usignerte meldinger fra denne adressen."
        if many.first:
            log.record(Verb.MESSAGE_REJECTED, by=Nobody(), reason=text)
        receipt = intake.Receipt(429, ReceiptStatus.SENDER_TECHNICAL, "", text)
        return JsonResponse(receipt.body(), status=429, headers={"Retry-After": str(many.seconds)})
    receipt = _taken(request)
    if receipt.http not in UNKNOWN_SENDER:
        attempt.delete()
    return JsonResponse(receipt.body(), status=receipt.http)


def _taken(request: HttpRequest) -> intake.Receipt:
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) <= intake.MOST_BYTES:
        return intake.take(request.body.strip())
    text = "Meldingen er for stor." if length.isdigit() else "Content-Length mangler."
    log.record(Verb.MESSAGE_REJECTED, by=Nobody(), reason=text)
    return intake.Receipt(413 if length.isdigit() else 411, ReceiptStatus.SENDER_TECHNICAL, "", text)
