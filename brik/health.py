"""The health check of a load balancer: whether this process has its database, its log and its keys. No personal data.

Without the log nothing is changed and little is read, so a process that cannot write it is not well.

Not django-health-check: BRIK lacks most of what that checks (cache, storage, mail, disk), the keys would need a check
of our own in any case, and the rest is few queries.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from brik.audit import log
from brik.vault.providers.provider import ask_again

DATABASE, EVENTS, KEYS = "database", "events", "keys"


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """``ok``, or with 503 the words for what is missing."""
    answers = _database_answers()
    found = ((DATABASE, answers), (EVENTS, not answers or log.can_record()), (KEYS, _keys_are_there()))
    missing = [word for word, fine in found if not fine]
    return HttpResponse(
        " ".join(missing) or "ok", status=503 if missing else 200, content_type="text/plain; charset=utf-8"
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _keys_are_there() -> bool:
    """Asks the key module anew: a process keeps its opened keys, and would notice only later that it is away."""
    try:
        ask_again()
    except ImproperlyConfigured:
        return False
    return True
