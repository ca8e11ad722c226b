"""Pages with nothing on them but sentences of the house and what their user has typed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse


class OwnWordsResponse(HttpResponse):
    """Such a page. It may be shown to that user a moment later, whatever may be seen then."""


def render_own_words(request: HttpRequest, template: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    """As Django's ``render``, for such a page."""
    return OwnWordsResponse(render_to_string(template, context, request), status=status)


def as_own_words(page: TemplateResponse) -> HttpResponse:
    """A page that a view has not rendered yet, as such a page."""
    page.render()
    return OwnWordsResponse(page.content, status=page.status_code)
