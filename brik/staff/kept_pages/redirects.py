"""No form is answered with a page: the answer is a redirect, and the page waits there, once.

A browser writes the page that answers a POST to its disk whatever the headers say, to show it again without sending
the form twice, and keeps it after sign-out; one that answers a GET it does not (``no-store``). So every page that
answers a form of ours, with errors, with results or with what could not be saved, is kept sealed for a moment
(``rows.py``), and the form is answered with 303 and an address that says nothing.

Between the form and the page the screen may be hidden, a consent withdrawn or a post ended. So the address is asked
again before the page is shown there, and where it does not answer with its page now, its answer is given instead. A
page with nothing but the house's sentences and the user's own words (``OwnWordsResponse``) needs no asking. While
the screen is hidden no words are shown either.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.http import escape_leading_slashes

from brik.pages.answer_format import wants_json
from brik.pages.session_time import is_hidden
from brik.pages.unsaved import typist
from brik.pages.unsaved.outage import OUTAGES
from brik.pages.unsaved.own_words import OwnWordsResponse
from brik.pages.unsaved.page import STATUS, UnsavedCause
from brik.staff.kept_pages.rows import KeptPage, WaitingPage
from brik.staff.sign_in import throttle

# The name in the address of a page that waits.
KEPT = "vist"
# Forms that are answered with a page at once, by url name; each says why.
ANSWERED_AT_ONCE = {
    "pages:login": "nobody is signed in, and a stranger must not fill a table",
    "pages:logout": "ends the session and shows nothing of it",
    "pages:hidden": "takes a password and shows nothing else",
    "pages:own_password": "takes passwords and shows nothing else",
}
# How many pages wait for what was typed by one user and sent without a session, in the time of the throttle.
_MOST_SIGNED_OUT = 20
_SECRET = re.compile(r"[\w-]{43}")


class KeptPageMiddleware:
    """Turns the page that answers a form into a redirect to it, and shows it there once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "GET" and KEPT in request.GET:
            return self._kept(request) or HttpResponseRedirect(_address(request))
        response = self.get_response(request)
        if request.method != "POST" or not _holds_a_page(request, response):
            return response
        try:
            return response if _keeps_too_many(request) else _keep(request, response)
        except OUTAGES:
            # The page says that BRIK is not available, or it became so just now: what was typed is worth more.
            return response

    def _kept(self, request: HttpRequest) -> HttpResponse | None:
        """The page that waits at this address; None where it has been shown, or is another's, or never was."""
        try:
            pk = UUID(request.GET[KEPT])
        except ValueError:
            return None
        browser = _browser(request)
        found = KeptPage.objects.take(pk, browser=browser, user=_user(request)) if browser else None
        if found is None:
            return None
        # What was sent while the screen was hidden is held in the page that asks for the password, and not shown there.
        holds_them = found.status == STATUS[UnsavedCause.HIDDEN]
        if not found.own_words or (is_hidden(request) and not holds_them):
            now = self.get_response(_without_kept(request))
            # An address that only takes forms says this when the session holds and the screen is not hidden.
            if now.status_code not in (200, 405):
                return now
        return HttpResponse(found.body, status=found.status, headers=found.headers)


def forget_kept(request: HttpRequest) -> None:
    """Delete what waits for this browser, when its user signs out."""
    if browser := _browser(request):
        KeptPage.objects.forget(browser)


def _holds_a_page(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a page of ours was sent by somebody who is or was signed in, and is answered with a page.

    What is sent by others, such as messages, gets no page with anything of a person in it.
    """
    if response.streaming or wants_json(request) or response.status_code >= 500:
        return False
    if not response.headers.get("Content-Type", "").startswith("text/html") or not response.content:
        return False
    match = request.resolver_match
    if match is not None and match.view_name in ANSWERED_AT_ONCE:
        return False
    return request.user.is_authenticated or bool(typist.typist(request))


def _keep(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    known = _browser(request)
    browser = known or secrets.token_urlsafe(32)
    headers = {name: value for name, value in response.items() if name != "Content-Length"}
    waiting = WaitingPage(response.status_code, headers, response.content, isinstance(response, OwnWordsResponse))
    page = KeptPage.objects.keep(waiting, browser=browser, user=_user(request))
    redirect = HttpResponseRedirect(_address(request, page.pk), status=303)
    redirect.cookies = response.cookies
    if not known:
        redirect.set_cookie(
            settings.KEPT_COOKIE_NAME,
            browser,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return redirect


def _keeps_too_many(request: HttpRequest) -> bool:
    """Whether somebody who is not signed in has pages kept again and again: a stranger must not fill a table."""
    if request.user.is_authenticated:
        return False
    try:
        throttle.begin("staff.kept_page", typist.typist(request), limit=_MOST_SIGNED_OUT)
    except throttle.TooManyAttempts:
        return True
    return False


def _without_kept(request: HttpRequest) -> HttpRequest:
    """The request as it would be for the plain address."""
    _, _, query = _address(request).partition("?")
    request.META["QUERY_STRING"] = query
    request.GET = QueryDict(query, encoding="utf-8")
    return request


def _address(request: HttpRequest, kept: UUID | None = None) -> str:
    """The address of the request, with the page that waits there, or with none."""
    # In UTF-8, whatever the form claims to be written in.
    query = QueryDict(request.META.get("QUERY_STRING", ""), mutable=True, encoding="utf-8")
    query.pop(KEPT, None)
    if kept is not None:
        query[KEPT] = str(kept)
    path = escape_leading_slashes(request.path)
    return f"{path}?{query.urlencode()}" if query else path


def _browser(request: HttpRequest) -> str:
    secret = request.COOKIES.get(settings.KEPT_COOKIE_NAME, "")
    return secret if _SECRET.fullmatch(secret) else ""


def _user(request: HttpRequest) -> str:
    return str(request.user.pk or "")
