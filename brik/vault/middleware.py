"""Opens a key ring for each request: opened keys are forgotten with its answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from brik.vault import keys


class KeyRingMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with keys.ring():
            return self.get_response(request)
