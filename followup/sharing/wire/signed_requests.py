"""What both endpoints for signed messages share: the check of a request's length, and the throttle of unsigned ones."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from brik.audit import log
from brik.audit.actors import Nobody
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.staff.sign_in import throttle


def fault_in_length(request: HttpRequest, *, most: int) -> tuple[int, str] | None:
    """HTTP status and sentence when the length is missing or over ``most``; None when the body may be read."""
    length = request.headers.get("Content-Length", "")
    if not length.isdigit():
        return 411, "Content-Length mangler."
    return (413, "Meldingen er for stor.") if int(length) > most else None


def seconds_to_wait(request: HttpRequest, *, purpose: str, rejected: Verb) -> int | None:
    """Count an unsigned message from this address; the seconds to wait after too many. The first refusal is an event.

    Signed messages are not counted, because a known sender may share its address with others.
    """
    try:
        throttle.begin(purpose, throttle.source_of(request), limit=settings.UNSIGNED_TRIES_ADDRESS)
    except throttle.TooManyAttempts as refused:
        if refused.first:
            log.record(rejected, by=Nobody(), reason=Reason.TOO_MANY_ATTEMPTS)
        return refused.seconds
    return None
