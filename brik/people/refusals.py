"""Remembers what was refused at the door: the audit log's side of the error pages (``settings.BRIK_REFUSALS``)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from brik.audit import log
from brik.audit.actors import Nobody
from brik.audit.verbs import Verb

_REFUSED = {403, 404}


def record(request: HttpRequest, status: int, reason: str) -> None:
    """One event for a refusal (403, 404) or a request that could not be read (400, 413, 422 …).

    Holds the name of the address and the ids in it, never what was sent.
    """
    write(Verb.REFUSED if status in _REFUSED else Verb.BAD_REQUEST, request, status, reason)


def write(verb: Verb, request: HttpRequest, status: int, reason: str = "") -> None:
    """One event about a request: who sent it, the name of its address and the ids in it."""
    user = getattr(request, "user", None)
    match = request.resolver_match
    ids = {key: str(value) for key, value in (match.kwargs if match else {}).items() if isinstance(value, (UUID, int))}
    subject = match.kwargs.get("person") if match else None
    where = match.view_name if match else ""
    told = [str(status), where, *(f"{key}={value}" for key, value in ids.items()), reason]
    log.record(
        verb,
        by=user if user is not None and user.is_authenticated else Nobody(),
        subject=subject if isinstance(subject, UUID) else None,
        reason=" ".join(filter(None, told))[:500],
    )
