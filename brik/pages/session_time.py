"""How long a session lasts: a number of quiet minutes, and a number of hours at most; and the hidden screen.

The time of the last request is kept in a signed cookie bound to the session, so that reading a page writes nothing.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypedDict, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url

from brik.pages.answer_format import wants_json
from brik.pages.unsaved import page as unsaved
from brik.pages.unsaved.page import UnsavedCause

# How long before the end of a quiet session its page warns, at most.
_MOST_WARNED_SECONDS = 120
_SIGNED_IN_AT = "signed_in_at"
_HIDDEN = "hidden"
_HIDDEN_WORDS = "hidden_words"


class HiddenWords(TypedDict):
    """What the hidden screen says to somebody who gives the screen back. Nothing about a person but the account's."""

    language: str
    title: str
    lines: list[str]


class TimedRequest(HttpRequest):
    """A request with the times of its session. An attribute that is not set has not happened."""

    came_at: int
    quiet_until: int
    session_begun: bool
    session_ended: bool
    asks_only: bool


def begin(request: HttpRequest) -> None:
    """Start the times of a new session."""
    request.session[_SIGNED_IN_AT] = int(time.time())
    request.session.pop(_HIDDEN, None)
    request.session.pop(_HIDDEN_WORDS, None)
    cast(TimedRequest, request).session_begun = True


def hide(request: HttpRequest, *, back_to: str, words: HiddenWords | None = None) -> None:
    """Hide the pages of this session until the password is given again."""
    request.session[_HIDDEN] = back_to
    request.session[_HIDDEN_WORDS] = words


def hidden_words(request: HttpRequest) -> HiddenWords | None:
    """What the hidden screen says in place of its own words."""
    words: HiddenWords | None = request.session.get(_HIDDEN_WORDS)
    return words


def show(request: HttpRequest) -> str:
    """End hiding; gives the address to go back to."""
    request.session.pop(_HIDDEN_WORDS, None)
    return str(request.session.pop(_HIDDEN, ""))


def is_hidden(request: HttpRequest) -> bool:
    return _HIDDEN in request.session


def asks_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that a script asks by itself: a page that is left open does not keep its session alive with it."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        cast(TimedRequest, request).asks_only = True
        return view(request, *args, **kwargs)

    return asked


def seconds_left(request: HttpRequest) -> int:
    """Seconds until the session ends without further requests, counted from the start of this request.

    So two answers to equal requests are equal, however long each took.
    """
    now: int = getattr(request, "came_at", None) or int(time.time())
    quiet_until: int = getattr(request, "quiet_until", now + settings.SESSION_QUIET_SECONDS)
    ends_at: int = request.session.get(_SIGNED_IN_AT, now) + settings.SESSION_COOKIE_AGE
    return max(0, min(quiet_until, ends_at) - now)


def warn_before() -> int:
    """How many seconds before the session ends its page warns: at most half the quiet time, so that no page warns at
    once.
    """
    return min(_MOST_WARNED_SECONDS, settings.SESSION_QUIET_SECONDS // 2)


def _signer(request: HttpRequest) -> Signer:
    session = hashlib.sha256((request.session.session_key or "").encode()).hexdigest()
    return Signer(salt=f"brik.pages.session_time:{session}")


def _last_seen(request: HttpRequest) -> int:
    try:
        return int(_signer(request).unsign(request.COOKIES.get(settings.ACTIVITY_COOKIE_NAME, "")))
    except (BadSignature, ValueError):
        return 0


class SessionTimeMiddleware:
    """Ends sessions that were quiet or open too long, and keeps a hidden screen hidden."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: TimedRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self._stamp(request, self.get_response(request))
        now = int(time.time())
        request.came_at = now
        if _SIGNED_IN_AT not in request.session:
            # A sign-in that did not start the times: they start now.
            begin(request)
        seen = now if hasattr(request, "session_begun") else _last_seen(request)
        request.quiet_until = seen + settings.SESSION_QUIET_SECONDS
        if now >= request.quiet_until or now >= request.session.get(_SIGNED_IN_AT, 0) + settings.SESSION_COOKIE_AGE:
            logout(request)
            request.session_ended = True
            return self.get_response(request)
        # Asking for the time left does not extend the session, nor what a script asks by itself; everything else does.
        asks_time = request.method == "GET" and request.path == resolve_url("pages:session")
        if not asks_time:
            request.quiet_until = now + settings.SESSION_QUIET_SECONDS
        if is_hidden(request) and request.path not in self._open_while_hidden():
            if wants_json(request):
                return JsonResponse({"error": "hidden"}, status=401)
            # What was posted is kept unshown until the screen is shown again.
            return unsaved.answer(request, UnsavedCause.HIDDEN) or redirect("pages:hidden")
        response = self.get_response(request)
        return response if asks_time or hasattr(request, "asks_only") else self._stamp(request, response)

    @staticmethod
    def _open_while_hidden() -> set[str]:
        return {resolve_url(name) for name in ("pages:hidden", "pages:hide", "pages:logout", "pages:logged_out")}

    @staticmethod
    def _stamp(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Store the time of this request in the browser's cookie, if somebody is signed in."""
        if request.user.is_authenticated and (hasattr(request, "quiet_until") or hasattr(request, "session_begun")):
            if request.session.session_key is None:
                request.session.save()
            response.set_cookie(
                settings.ACTIVITY_COOKIE_NAME,
                _signer(request).sign(str(int(time.time()))),
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Closes all views to users who have not signed in, except views marked as open. They come back after sign-in.

    What was posted from a page of ours is held for the user it was shown to. Where that is impossible, the sign-in page
    says so and leads back to the page it was posted from.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:  # type: ignore[override]  # Django's only redirects
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        if held_page := unsaved.answer(request, UnsavedCause.SIGNED_OUT):
            return held_page
        try:
            came_from = urlsplit(request.headers.get("Referer", ""))
        except ValueError:
            # Not an address, such as "http://[".
            came_from = urlsplit("")
        back_to = came_from.path if came_from.netloc == request.get_host() else request.path
        return unsaved.lost(request, back_to=back_to)
