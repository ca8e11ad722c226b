"""The address where the service posts its signed messages. Open to no browser: no session, no form, no page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from brik.audit import log
from brik.audit.actors import Nobody
from brik.audit.verbs import Verb
from followup.desk import intake


@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest) -> JsonResponse:
    """One compact JWS in the body; the answer is its ``Kvittering``. What is too large is turned away unread."""
    length = request.headers.get("Content-Length", "")
    if not length.isdigit() or int(length) > intake.MOST_BYTES:
        text = "Meldingen er for stor." if length.isdigit() else "Content-Length mangler."
        log.record(Verb.MESSAGE_REJECTED, by=Nobody(), reason=text)
        receipt = intake.Receipt(413 if length.isdigit() else 411, "FEILET_AVSENDER_TEKNISK", "", text)
    else:
        receipt = intake.take(request.body.strip())
    return JsonResponse(receipt.body(), status=receipt.http)
