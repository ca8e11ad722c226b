"""Refuses requests in another character set than UTF-8: Django would decode with any codec that they name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from email.message import Message
from typing import Any

SENTENCE = "Forespørselen må være skrevet i UTF-8.\n".encode()

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def demand_utf8(application: Application, *, read_as_bytes: tuple[str, ...] = ()) -> Application:
    """``application``, answering 400 to a request whose ``Content-Type`` names another character set.

    ``read_as_bytes``: the beginnings of addresses that never decode what they get. There the character set is dropped,
    and the address itself answers in the form that its senders read.
    """

    def checked(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(read_as_bytes):
            environ["CONTENT_TYPE"] = environ.get("CONTENT_TYPE", "").partition(";")[0]
        if is_utf8(environ.get("CONTENT_TYPE", "")):
            return application(environ, start_response)
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(SENTENCE)))]
        start_response("400 Bad Request", [*headers, ("Cache-Control", "no-store")])
        return [SENTENCE]

    return checked


def is_utf8(content_type: str) -> bool:
    """Whether a ``Content-Type`` names UTF-8, or no character set at all."""
    if "charset" not in content_type.lower():
        return True
    header = Message()
    header["Content-Type"] = content_type.replace("\r", " ").replace("\n", " ")
    named = [value for name, value in header.get_params(failobj=[]) if name.lower().startswith("charset")]
    return bool(named) and all(isinstance(value, str) and value.strip().lower() in {"utf-8", "utf8"} for value in named)
