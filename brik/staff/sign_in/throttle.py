"""Limits failed attempts: at signing in, and at the endpoints for signed messages.

Only failures count, and none counts while the sender has to wait, so that a lock-out always expires: a whole prison
may share one address. Addresses and names are stored as keyed hashes.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from brik.staff.sign_in.attempts import ThrottledAttempt
from brik.vault.keys import lookup_hash


class TooManyAttempts(Exception):
    """The sender has to wait. ``first`` is true once in the waiting time, so that one event is written for all."""

    def __init__(self, seconds: int, *, first: bool) -> None:
        super().__init__()
        self.seconds, self.first = seconds, first


def source_of(request: HttpRequest) -> str:
    """The address a request came from; behind our proxy the last address in its header, which the proxy has seen.

    The addresses before it are the sender's own claim. Of an IPv6 address the /64 network counts.
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
    """Begin an attempt; it counts as failed unless it is deleted. Raises :class:`TooManyAttempts`."""
    key = lookup_hash(purpose, whom)
    attempt = ThrottledAttempt.objects.admit(key, limit=limit)
    if attempt is None:
        first_refusal = ThrottledAttempt.objects.admit(lookup_hash(f"{purpose}.told", whom), limit=1)
        raise TooManyAttempts(ThrottledAttempt.objects.wait(key), first=first_refusal is not None)
    return attempt


def forget_attempts(purpose: str, whom: str) -> None:
    """Forget the failed attempts, after a successful one."""
    ThrottledAttempt.objects.forget(lookup_hash(purpose, whom))
