"""Recognises a browser in which an account has signed in before, by a signed cookie.

What strangers do to an account must not keep its owner out of a machine the owner uses. So such a browser has a counter
of its own for each account that has signed in there (the "device cookies" of OWASP). The cookie opens nothing: it holds
a random number and keyed hashes of the accounts, and no name.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from brik.staff.accounts import user_name
from brik.vault.keys import lookup_hash

_SALT = "brik.staff.known_browsers"
_AGE_SECONDS = 180 * 24 * 60 * 60
# The officers of a wing share a machine; the oldest are forgotten first.
_MOST_ACCOUNTS = 40


@dataclass(frozen=True)
class KnownBrowser:
    """A browser, and marks of the accounts that have signed in there."""

    number: str
    accounts: Sequence[str]

    def counter_of(self, username: str) -> str:
        """What counts wrong passwords for ``username`` here; empty where that account has never signed in."""
        mark = _mark(username)
        return f"{self.number}:{mark}" if mark in self.accounts else ""


def browser_of(request: HttpRequest) -> KnownBrowser:
    """The browser that sent a request; one without accounts if its cookie is missing, old or not ours."""
    try:
        number, accounts = signing.loads(
            request.COOKIES.get(settings.BROWSER_COOKIE_NAME, ""), salt=_SALT, max_age=_AGE_SECONDS
        )
    except signing.BadSignature:
        return KnownBrowser(secrets.token_urlsafe(16), ())
    return KnownBrowser(number, accounts)


def remember(request: HttpRequest, response: HttpResponse, *, username: str) -> None:
    """Let the browser be known at the account's next sign-in."""
    browser, mark = browser_of(request), _mark(username)
    accounts = [mark, *(other for other in browser.accounts if other != mark)][:_MOST_ACCOUNTS]
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME,
        signing.dumps([browser.number, accounts], salt=_SALT),
        max_age=_AGE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _mark(username: str) -> str:
    return lookup_hash("login.browser", user_name(username))[:12].hex()
