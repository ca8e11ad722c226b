"""The test client goes on to the page that waits for its form, as a browser does.

So a test reads the page that answers a form, with its status. What the redirect itself is like says
``tests/staff/test_kept_pages.py``, which stays there with :class:`PlainClient`.
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from brik.staff.kept_pages.redirects import KEPT

_request = Client.request


class PlainClient(Client):
    """A test client that stays at the redirect."""

    follows_kept = False


def waits(answer: Any) -> bool:
    """Whether the answer is the redirect to a page that waits."""
    return answer.status_code == 303 and KEPT in parse_qs(urlsplit(answer.get("Location", "")).query)


def _request_and_fetch(client: Client, **environ: Any) -> Any:
    answer = _request(client, **environ)
    if not waits(answer) or not getattr(client, "follows_kept", True):
        return answer
    page = client.get(answer["Location"])
    # What the page was made of is known where it was made.
    for name in ("context", "templates", "wsgi_request", "resolver_match"):
        if hasattr(answer, name):
            setattr(page, name, getattr(answer, name))
    return page


def follow_in_tests() -> None:
    """From now on every test client goes on by itself."""
    Client.request = _request_and_fetch  # type: ignore[method-assign,assignment]  # for all tests
