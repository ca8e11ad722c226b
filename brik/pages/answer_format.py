"""What kind of answer a request waits for: a page, or JSON for our own script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve


def wants_json(request: HttpRequest) -> bool:
    """Whether the page's own script asks, and not the person."""
    return request.headers.get("X-Requested-With") == "brik"


def answer_of_the_page(request: HttpRequest, status: int) -> HttpResponse | None:
    """The answer of a page that holds on to what was typed when it could not be received (``view.not_received``)."""
    if request.method != "POST" or wants_json(request):
        return None
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return None
    answer = getattr(match.func, "not_received", None)
    return answer(request, status, **match.kwargs) if answer else None
