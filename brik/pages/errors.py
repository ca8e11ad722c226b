"""The pages for refusals and errors, and how refusals are recorded.

The function named in ``settings.BRIK_REFUSALS`` records them: this room does not know the audit log.
"""

from __future__ import annotations

import secrets
import sys
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from brik.pages.answer_format import wants_json
from brik.pages.unsaved import page as unsaved
from brik.pages.unsaved.outage import OUTAGES, Outage
from brik.pages.unsaved.own_words import OwnWordsResponse
from brik.pages.unsaved.page import UnsavedCause
from brik.pages.unsaved.typed_words import typed_words

log = structlog.get_logger("brik.errors")


def sentences(status: int) -> tuple[str, list[str]]:
    """The title and paragraphs for a status."""
    return {
        400: (
            _("Vi forstod ikke det som ble sendt"),
            [
                _("Siden kan ha vært åpen for lenge, eller teksten inneholder tegn vi ikke kan lagre."),
                _("Ingenting er endret. Gå tilbake og prøv igjen."),
            ],
        ),
        403: (
            _("Du har ikke tilgang til dette"),
            [_("Snakk med lederen din hvis du mener at du skal ha tilgang."), _("Forsøket er notert.")],
        ),
        404: (_("Vi fant ikke siden"), [_("Den finnes ikke, eller du har ikke tilgang til den.")]),
        405: (
            _("Det går ikke an her"),
            [_("Siden ble åpnet på en måte den ikke er laget for."), _("Ingenting er endret.")],
        ),
        409: (
            _("Noen andre har endret dette"),
            [_("Det du sendte, er ikke lagret. Gå tilbake, last siden på nytt og se hva som er endret.")],
        ),
        410: (
            _("Dette er slettet"),
            [
                _("Innholdet er slettet for godt. Ingen kan hente det fram igjen."),
                _("Tiden for oppbevaring var ute, eller to personer har bestemt at det skulle slettes."),
                _("At det fantes, og når det ble slettet, står fortsatt i hendelsene."),
            ],
        ),
        413: (
            _("Det du sendte, er for stort"),
            [
                _("En tekst eller fil er større enn vi kan ta imot. En fil kan være på 10 MB."),
                _("Ingenting er lagret. Gå tilbake og gjør den mindre."),
            ],
        ),
        429: (_("For mange forsøk"), [_("Vent i %d minutter og prøv igjen.") % settings.THROTTLE_MINUTES]),
        500: (
            _("Noe gikk galt hos oss"),
            [
                _("Det du hadde lagret, er trygt. Det siste du sendte, er ikke lagret."),
                _("Prøv igjen om litt. Oppgi nummeret under hvis du melder fra."),
            ],
        ),
        503: (
            _("BRIK er ikke tilgjengelig akkurat nå"),
            [_("Det siste du sendte, er ikke lagret. Det du hadde lagret før, er trygt."), _("Prøv igjen om litt.")],
        ),
    }[status]


def page(
    request: HttpRequest, status: int, *, title: str = "", paragraphs: list[str] | None = None, **more: Any
) -> HttpResponse:
    """An error page. From 500 on it needs no database, no user and no session; before, it shows what was typed."""
    default_title, default_paragraphs = sentences(status)
    if wants_json(request):
        return JsonResponse({"error": title or default_title}, status=status)
    context = {
        "heading": title or default_title,
        "paragraphs": paragraphs or default_paragraphs,
        "reference": "",
        "typed": typed_words(request) if status < 500 else [],
        **more,
    }
    return OwnWordsResponse(render_to_string("pages/error.html", context), status=status)


def record(request: HttpRequest, status: int, *, reason: str, about: str = "") -> None:
    """Record a refusal with a reason (a code of the audit log) and what it is about.

    An error in recording is not caught.
    """
    import_string(settings.BRIK_REFUSALS)(request, status, reason, about)


def refused(request: HttpRequest, status: int, *, reason: str, **shown: Any) -> HttpResponse:
    """Record a refusal and answer with its page, for views that find the reason themselves."""
    record(request, status, reason=reason)
    return page(request, status, **shown)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    record(request, status, reason=type(exception).__name__)
    return page(request, status)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    # The exception holds the missing permission, or a sentence for the user.
    missing = exception.args[0] if exception.args else ""
    record(request, 403, reason=str(getattr(missing, "value", "")))
    sentence = "" if hasattr(missing, "value") else str(missing)
    return page(request, 403, paragraphs=[sentence] if sentence else None)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    record(request, 403, reason="csrf")
    cause = UnsavedCause.TOO_OLD if request.user.is_authenticated else UnsavedCause.SIGNED_OUT
    if held_page := unsaved.answer(request, cause):
        return held_page
    return page(
        request,
        403,
        title=_("Siden har vært åpen for lenge"),
        paragraphs=[
            _("Av sikkerhetsgrunner må du åpne den på nytt før du sender."),
            _("Ingenting er endret. Gå tilbake, last siden på nytt og prøv igjen."),
        ],
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    # An address with an id names an object: the user may have asked for one they may not see, so it is recorded.
    match = request.resolver_match
    if match is not None and match.kwargs and isinstance(exception, Http404):
        record(request, 404, reason="not_found")
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    error = sys.exc_info()[1]
    if isinstance(error, OUTAGES):
        what = "keys" if isinstance(error, Outage) else "database"
        log.error(f"{what}.unavailable", error=type(error).__name__)
        response = unsaved.answer(request, UnsavedCause.DATABASE) or page(request, 503)
        response["Retry-After"] = "30"
        return response
    reference = secrets.token_hex(4)
    log.error("page.failed", reference=reference, error=type(error).__name__)
    return page(request, 500, reference=reference)
