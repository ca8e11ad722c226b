"""Sends a signed message to the case system over HTTP and reads the signed receipt.

The only code that knows the case system's interface. It is not published yet; this file changes when it is.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from urllib3.exceptions import HTTPError

from followup.sharing.wire import message_schemas, signing

CONNECT_TIMEOUT = 5.0
LARGEST_ANSWER = 64 * 1024
CONTENT_TYPE = "application/jose"


class NoAnswer(Exception):
    """The message may or may not have arrived. Carries a technical reason for operators, never content."""


_sessions = threading.local()


def _session() -> requests.Session:
    """One session a thread, which reuses connections. Takes no proxies or credentials from the environment."""
    session: requests.Session | None = getattr(_sessions, "session", None)
    if session is None:
        session = _sessions.session = requests.Session()
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def address() -> str:
    """The address of the case system. Raises ``ImproperlyConfigured`` unless it is set, and https or loopback."""
    url: str = settings.CASE_SYSTEM_URL
    parts = urlsplit(url)
    if not url:
        raise ImproperlyConfigured("Set CASE_SYSTEM_URL: where messages to the case system are sent.")
    if not parts.hostname:
        raise ImproperlyConfigured("CASE_SYSTEM_URL must be a whole address: https://host/path.")
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise ImproperlyConfigured("CASE_SYSTEM_URL must be https.")
    return url


def require_ready() -> None:
    """Raise ``ImproperlyConfigured`` unless messages can be signed and have an address to go to."""
    address()
    signing.own_key()


def send(
    payload: bytes,
    *,
    message_id: str,
    schema: str,
    version: str,
    public_key: dict[str, Any] | None,
    replaced_key: signing.KeyOf = lambda kid: None,
) -> signing.Signed:
    """Sign and post one message, and return the signed receipt. Follows no redirect and tries only once.

    Raises :class:`NoAnswer` for any answer except a receipt signed with ``public_key``, or with one that is still good
    beside it.
    """
    token = signing.sign(payload, key=signing.own_key(), message_id=message_id, schema=schema, version=version)
    try:
        with _session().post(
            address(),
            data=token.encode(),
            headers={"Content-Type": CONTENT_TYPE, "Accept": CONTENT_TYPE},
            timeout=(CONNECT_TIMEOUT, settings.CASE_SYSTEM_TIMEOUT),
            allow_redirects=False,
            stream=True,
        ) as response:
            answer = response.raw.read(LARGEST_ANSWER + 1, decode_content=True)
            status = response.status_code
    except requests.ConnectTimeout as error:
        raise NoAnswer("connect time-out") from error
    except requests.Timeout as error:
        raise NoAnswer("time-out") from error
    except (requests.RequestException, HTTPError, OSError) as error:
        raise NoAnswer("connection broken") from error
    if status != 200 or len(answer) > LARGEST_ANSWER:
        raise NoAnswer(f"HTTP {status} without a receipt")

    def key_of(kid: str) -> Mapping[str, Any] | None:
        return public_key if public_key and public_key.get("kid") == kid else replaced_key(kid)

    try:
        return signing.verify(answer, key_of)
    except message_schemas.InvalidMessage as error:
        raise NoAnswer("a receipt that cannot be trusted") from error
