"""The endpoint where the service posts its signed messages. Not for browsers: no session, no form, no page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from brik.audit import log
from brik.audit.actors import Nobody
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages.unsaved.page import never_held
from followup.desk.arrivals import intake
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.wire.signed_requests import fault_in_length, seconds_to_wait


@never_held("answers a signed message")
@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest) -> JsonResponse:
    """Takes one compact JWS in the body and answers with its ``Kvittering``. A body that is too large is not read."""
    fault = fault_in_length(request, most=intake.MOST_BYTES)
    # Not ``body``: its limit is that of a form.
    token = b"" if fault else request.read().strip()
    signed = None if fault else intake.verified(token)
    if signed is not None:
        return _answer(intake.take(token, signed))
    if (seconds := seconds_to_wait(request, purpose="messages.intake", rejected=Verb.MESSAGE_REJECTED)) is not None:
        text = "For mange usignerte meldinger fra denne adressen."
        answer = _answer(intake.IntakeReceipt(429, ReceiptStatus.SENDER_TECHNICAL, "", text))
        answer["Retry-After"] = str(seconds)
        return answer
    return _answer(_unread(*fault) if fault else intake.take(token, None))


def _answer(receipt: intake.IntakeReceipt) -> JsonResponse:
    return JsonResponse(receipt.body(), status=receipt.http)


def _unread(status: int, text: str) -> intake.IntakeReceipt:
    log.record(Verb.MESSAGE_REJECTED, by=Nobody(), reason=Reason.UNREADABLE, about=text)
    return intake.IntakeReceipt(status, ReceiptStatus.SENDER_TECHNICAL, "", text)
