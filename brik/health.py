"""Whether this process can answer anybody, for a load balancer to ask. Tells nothing of anybody, and keeps nothing.

Not django-health-check: most of what it asks after (cache, storage, mail, disk) this house does without, the keys would
be a check of our own all the same, and what is left is one query.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from brik.vault.providers.file_provider import FileKeyProvider

DATABASE, KEYS = "database", "keys"


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """``ok``, or with 503 the words for what is missing. One query."""
    missing = [word for word, fine in ((DATABASE, _database_answers()), (KEYS, _keys_are_there())) if not fine]
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
    """Read anew: a process that has opened its keys would not notice that the next one to start finds none."""
    try:
        FileKeyProvider(settings.KEY_DIR)
    except ImproperlyConfigured:
        return False
    return True
