"""Finds the interview of an address, and closes its pages to those who are not mappers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from brik.mapping.models import Mapping
from brik.mapping.permissions import MappingPermission
from brik.mapping.record.refusals import InterviewRefusal
from brik.pages import refusal
from brik.pages.refusal import Refused, WayOn, leads_on
from brik.staff.access import found_or_404, marked, may
from brik.staff.models import Staff

WITH = ("person__current_stay__unit", "person__gate", "mapper", "unit", "signed_off_by")


def find(user: Staff, pk: UUID) -> Mapping:
    """The interview as it is shown, if ``user`` may see it. Raises ``Http404``."""
    found: Mapping = found_or_404(Mapping.objects.visible_to(user).select_related(*WITH), pk)
    return found.as_shown()


def to_interview(mapping: UUID, **named: object) -> list[WayOn]:
    """The links of a refusal page."""
    return [WayOn(_("Til kartleggingen"), reverse("mapping:hub", kwargs={"mapping": mapping}))]


def for_mappers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a view to approved mappers. Others get a page that says who may, and the attempt is logged."""

    @leads_on(to_interview)
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        demand_mapper(request)
        return view(request, *args, **kwargs)

    return marked(opened, permission=MappingPermission.INTERVIEW)


def demand_mapper(request: HttpRequest) -> None:
    """Raise ``PermissionDenied``, with a sentence, unless the user is an approved mapper somewhere."""
    if not may(request.user, MappingPermission.INTERVIEW):
        raise PermissionDenied(str(InterviewRefusal.NOT_APPROVED.label))


def refused(request: HttpRequest, reason: Refused, pk: UUID) -> HttpResponse:
    """The page that says in one sentence why nothing was written."""
    return refusal.answer(request, reason, to_interview(pk))
