"""Finding the interview an address names: what somebody may not see does not exist for them, and is remembered."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from brik.audit import log
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping
from brik.mapping.permissions import MappingPermission
from brik.mapping.record.refusals import InterviewRefusal, Refused
from brik.staff.access import may
from brik.staff.models import Staff
from brik.staff.sign_in import refused_requests

WITH = ("person__current_stay", "mapper", "unit", "signed_off_by")
MALFORMED = {InterviewRefusal.UNKNOWN_ANSWER, InterviewRefusal.SOURCE_NOT_PERMITTED}


def find(user: Staff, pk: UUID) -> Mapping:
    """The interview, if ``user`` may see it; otherwise a 404, which the error page remembers."""
    mapping = Mapping.objects.visible_to(user).select_related(*WITH).filter(pk=pk).first()
    if mapping is None:
        raise Http404
    return mapping


def for_mappers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a view to approved mappers. Others meet a page that says who may, and the attempt is remembered."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        demand_mapper(request)
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            return refused(request, refusal, kwargs.get("mapping"))

    opened.permission = MappingPermission.INTERVIEW  # type: ignore[attr-defined]
    return opened


def demand_mapper(request: HttpRequest) -> None:
    """Raise ``PermissionDenied``, with a sentence, unless the user is an approved mapper somewhere."""
    if not may(request.user, MappingPermission.INTERVIEW):
        raise PermissionDenied(str(InterviewRefusal.NOT_APPROVED.label))


def note(request: HttpRequest, refusal: Refused) -> None:
    """One event for what was refused, about the person whose interview it is."""
    verb = Verb.BAD_REQUEST if refusal.why in MALFORMED else Verb.REFUSED
    log.record(verb, by=request.user, subject=refused_requests.subject_of(request), reason=refusal.why)  # type: ignore[arg-type]


def refused(request: HttpRequest, refusal: Refused, pk: UUID | None) -> HttpResponse:
    """The page that says in one sentence why nothing was written."""
    malformed = refusal.why in MALFORMED
    note(request, refusal)
    context = {"sentence": refusal.why.label, "mapping_pk": pk}
    return render(request, "mapping/refused.html", context, status=400 if malformed else 409)
