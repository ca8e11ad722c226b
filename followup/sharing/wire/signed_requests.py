"""What both doors for signed messages ask of a request before its body is read."""

from __future__ import annotations

from django.http import HttpRequest


def fault_in_length(request: HttpRequest, *, most: int) -> tuple[int, str] | None:
    """Status and sentence for what is not read at all; None for what is of a known length that we take."""
    length = request.headers.get("Content-Length", "")
    if not length.isdigit():
        return 411, "Content-Length mangler."
    return (413, "Meldingen er for stor.") if int(length) > most else None
