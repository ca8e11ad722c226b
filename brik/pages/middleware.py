"""Middleware for every request and answer: nothing is stored in the browser, nothing malformed comes in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from brik.pages import errors
from brik.pages.answer_format import wants_json
from brik.pages.unsaved import page as unsaved
from brik.pages.unsaved.typist import typed_by_another

_SESSION_KEY = re.compile(r"[a-z0-9]{32}")


class NoStoreMiddleware:
    """Forbids browsers, proxies and search engines to store any answer but a static file."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Cache-Control"] = "no-store, no-cache, must-revalidate, max-age=0, private"
        response["Pragma"] = "no-cache"
        response["Expires"] = "0"
        response.setdefault("X-Robots-Tag", "noindex, nofollow")
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()")
        return response


class LanguageMiddleware:
    """Shows staff pages in the language chosen in the footer, else bokmål; ``Accept-Language`` is ignored.

    Inmates' pages set their own language.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.STAFF_LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response


class SessionCookieMiddleware:
    """Drops a malformed session cookie, which would otherwise be looked up in the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = settings.SESSION_COOKIE_NAME
        if not _SESSION_KEY.fullmatch(request.COOKIES.get(name, "")):
            request.COOKIES.pop(name, None)
        return self.get_response(request)


class CleanInputMiddleware:
    """Refuses what our forms never send: NUL, bytes that are not UTF-8, another character set."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self._demand_utf8(request.META.get("QUERY_STRING", "").encode("latin-1", "replace"))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Mapping[str, Any]) -> None:
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return
        charset = (request.content_params or {}).get("charset", "utf-8").lower()
        if charset not in {"utf-8", "utf8"}:
            raise BadRequest("charset")
        if request.content_type == "application/x-www-form-urlencoded":
            self._demand_utf8(request.body)
        for key, values in request.POST.lists():
            # The multipart parser replaces bytes that are not UTF-8 by U+FFFD.
            if any("\x00" in text or "\ufffd" in text for text in (key, *values)) and (
                request.content_type == "multipart/form-data" or any("\x00" in text for text in (key, *values))
            ):
                raise BadRequest("characters")

    @staticmethod
    def _demand_utf8(encoded: bytes) -> None:
        try:
            text = unquote_to_bytes(encoded.replace(b"+", b" ")).decode()
        except UnicodeDecodeError:
            raise BadRequest("encoding") from None
        if "\x00" in text:
            raise BadRequest("characters")


class TypistMiddleware:
    """Refuses a form that was shown to another user: the next user to sign in must not send it as their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method != "POST" or hasattr(view, "never_held") or not typed_by_another(request):
            return None
        errors.record(request, 403, reason="typed_by_another")
        if wants_json(request):
            return JsonResponse({"error": "typed by another"}, status=403)
        return unsaved.another_typist()


class AnswerMiddleware:
    """Completes answers: a page for a wrong method, 422 for a form with errors, 401 for a signed-out script."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            # The method is not recorded: it may be any text.
            page = errors.refused(request, 405, reason="method")
            page["Allow"] = response["Allow"]
            return page
        form = getattr(request, "refused_form", None)
        if form is not None and response.status_code == 200:
            response.status_code = 422
            forged = getattr(form, "forged", [])
            if forged:
                errors.record(request, 422, reason="forged_choice", about=", ".join(forged))
        if wants_json(request) and response.status_code == 302 and not request.user.is_authenticated:
            return JsonResponse({"error": "signed out"}, status=401)
        return response
