"""Records refused requests in the audit log, for the error pages (``settings.BRIK_REFUSALS``)."""

from __future__ import annotations

from functools import cache
from typing import cast
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db.models import Model, UUIDField
from django.http import HttpRequest

from brik.audit import log
from brik.audit.actors import Nobody
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.staff.models import Staff
from brik.staff.sign_in import throttle

_REFUSED = {403, 404, 409, 410}


def record(request: HttpRequest, status: int, reason: str, about: str = "") -> None:
    """One event for a refusal (403, 404, 409, 410) or a request that could not be read (400, 413, 422 …).

    Holds the url name and the ids in the address, never what was sent. Of many requests without a sign-in from one
    address only the first get an event, so that nobody can fill the log from outside.
    """
    if not _is_known(request):
        try:
            throttle.begin("refusals", throttle.source_of(request), limit=settings.REFUSALS_TOLD_ADDRESS)
        except throttle.TooManyAttempts as many:
            if not many.first:
                return
            reason, about = Reason.TOO_MANY_ATTEMPTS, ""
    write(Verb.REFUSED if status in _REFUSED else Verb.BAD_REQUEST, request, status, reason, about)


def write(verb: Verb, request: HttpRequest, status: int, reason: str = "", about: str = "") -> None:
    """One event about a request: who sent it, its url name and the ids in its address."""
    match = request.resolver_match
    ids = {key: str(value) for key, value in (match.kwargs if match else {}).items() if isinstance(value, (UUID, int))}
    where = match.view_name if match else ""
    parts = [str(status), where, *(f"{key}={value}" for key, value in ids.items()), about]
    log.record(
        verb,
        by=cast(Staff, request.user) if _is_known(request) else Nobody(),
        subject=subject_of(request),
        reason=reason,
        about=" ".join(filter(None, parts))[:500],
    )


def subject_of(request: HttpRequest) -> UUID | None:
    """The person an address is about: the one it names, or the one that the row it names belongs to."""
    match = request.resolver_match
    named = {name: value for name, value in (match.kwargs if match else {}).items() if isinstance(value, UUID)}
    if "person" in named:
        return named["person"]
    belongs = _belonging_to_a_person()
    for name, pk in named.items():
        if name in belongs:
            rows = belongs[name]._base_manager.filter(pk=pk)
            person: UUID | None = rows.values_list("person_id", flat=True).first()
            if person:
                return person
    return None


@cache
def _belonging_to_a_person() -> dict[str, type[Model]]:
    """The models whose rows belong to a person, by their name in addresses."""
    return {
        str(model._meta.model_name): model
        for model in apps.get_models()
        if isinstance(model._meta.pk, UUIDField) and "person" in {field.name for field in model._meta.fields}
    }


def _is_known(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated
