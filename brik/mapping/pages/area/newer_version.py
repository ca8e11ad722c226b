"""Whether something newer than an open area page is stored: one yes or no for the script of that page.

It says nothing of what was saved or by whom, so it is no look at the answers; and asking does not extend the session,
so that a page left open still ends.
"""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from brik.mapping.models import InterviewState, Mapping, Section
from brik.mapping.pages.interview_lookup import for_mappers
from brik.pages.page_flow import sent_version
from brik.pages.session_time import asks_only
from brik.staff.accounts import StaffRequest
from brik.staff.models import Staff


def is_newer(pk: UUID, area: str, *, version: int, page: UUID, by: Staff) -> bool:
    """Whether a page of this version can no longer be saved as it is. One query. Raises ``Http404``.

    Its own autosaves are no news to it.
    """
    section = Section.objects.visible_to(by).filter(mapping=OuterRef("pk"), area=area)
    found = (
        Mapping.objects.visible_to(by)
        .filter(pk=pk)
        .values_list("mapper", "state", Subquery(section.values("row_version")), Subquery(section.values("saved_from")))
        .first()
    )
    if found is None:
        raise Http404
    mapper, state, stored_version, saved_from = found
    if mapper != by.pk or state != InterviewState.DRAFT:
        return True
    return (stored_version or 0) != version and saved_from != page


@for_mappers
@require_GET
@asks_only
def newer(request: StaffRequest, mapping: UUID, step: str) -> JsonResponse:
    """Answers the script of an area page."""
    version, page = _shown(request)
    return JsonResponse({"newer": is_newer(mapping, step, version=version, page=page, by=request.user)})


def _shown(request: HttpRequest) -> tuple[int, UUID]:
    """The version that the page shows, and its id. Raises ``BadRequest``."""
    version = sent_version(request.GET)
    try:
        page = UUID(request.GET.get("page", ""))
    except ValueError:
        raise BadRequest("page") from None
    if version is None:
        raise BadRequest("version")
    return version, page
