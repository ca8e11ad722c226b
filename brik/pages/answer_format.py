"""Which answer a request wants: a page, or JSON for our own script."""

from __future__ import annotations

from django.http import HttpRequest


def wants_json(request: HttpRequest) -> bool:
    """Whether our own script sent the request, and not the browser itself."""
    return request.headers.get("X-Requested-With") == "brik"
