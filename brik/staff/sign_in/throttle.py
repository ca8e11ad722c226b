"""How often one may try and fail: at signing in, and at the endpoints for signed messages.

Only what fails is counted, and nothing while one has to wait: a whole prison may share one address, and a
lock-out always expires. Addresses and names are kept as keyed hashes.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from brik.staff.sign_in.attempts import ThrottledAttempt
from brik.vault.keys import lookup_hash


class TooManyAttempts(Exception):
    """One has to wait. ``first`` is true once in the time one waits, so that one event is written and not one each."""

    def __init__(self, seconds: int, *, first: bool) -> None:
        super().__init__()
        self.seconds, self.first = seconds, first


def source_of(request: HttpRequest) -> str:
    """The address a request came from; behind our proxy the one that the proxy itself has seen, the last it names.

    What stands before it is whatever the sender wrote. Of an IPv6 address the network counts, which one house has.
    """
    named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() if settings.BEHIND_PROXY else ""
    for text in (named, request.META.get("REMOTE_ADDR", "")):
        try:
            address = ip_address(text)
        except ValueError:
            continue
        return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
    return ""


def begin(purpose: str, whom: str, *, limit: int) -> ThrottledAttempt:
    """Begin an attempt; it counts until ``delete()`` says that it did not fail. Raises :class:`TooManyAttempts`."""
    key = lookup_hash(purpose, whom)
    attempt = ThrottledAttempt.objects.admit(key, limit=limit)
    if attempt is None:
        told = ThrottledAttempt.objects.admit(lookup_hash(f"{purpose}.told", whom), limit=1)
        raise TooManyAttempts(ThrottledAttempt.objects.wait(key), first=told is not None)
    return attempt


def forgive(purpose: str, whom: str) -> None:
    """Forget what has failed: the right one has been made."""
    ThrottledAttempt.objects.forgive(lookup_hash(purpose, whom))
