"""Serves the collected static files, except their manifest."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware

# A coding that the browser will not have: its weight is nothing (RFC 9110, 12.4.2).
_REFUSED = re.compile(r";\s*q\s*=\s*0(\.0{0,3})?\s*$")


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise has no types
    """WhiteNoise without the manifest, which lists every file and version, and with ``gzip;q=0`` honoured."""

    HIDDEN = frozenset({"staticfiles.json"})

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        """As WhiteNoise's own, but skips hidden files."""
        if url.rpartition("/")[2] not in self.HIDDEN:
            super().add_file_to_dictionary(url, path, stat_cache=stat_cache)

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        """As WhiteNoise's own, which looks for the name of a coding and not at its weight."""
        request.META["HTTP_ACCEPT_ENCODING"] = accepted_codings(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        answer: HttpResponse = WhiteNoiseMiddleware.serve(static_file, request)
        return answer


def accepted_codings(header: str) -> str:
    """The value of ``Accept-Encoding`` in small letters, without the codings it refuses."""
    return ",".join(coding for coding in header.lower().split(",") if not _REFUSED.search(coding))
