"""The check of a signed request's length, before its body is read."""

from __future__ import annotations

from django.http import HttpRequest


def fault_in_length(request: HttpRequest, *, most: int) -> tuple[int, str] | None:
    """HTTP status and sentence when the length is missing or over ``most``; None when the body may be read."""
    length = request.headers.get("Content-Length", "")
    if not length.isdigit():
        return 411, "Content-Length mangler."
    return (413, "Meldingen er for stor.") if int(length) > most else None
