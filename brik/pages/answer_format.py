"""What kind of answer a request waits for: a page, or JSON for our own script."""

from __future__ import annotations

from django.http import HttpRequest


def wants_json(request: HttpRequest) -> bool:
    """Whether the page's own script asks, and not the person."""
    return request.headers.get("X-Requested-With") == "brik"
