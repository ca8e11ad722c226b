"""Serves the collected files, and not the list of them that is collected too."""

from __future__ import annotations

from typing import Any

from whitenoise.middleware import WhiteNoiseMiddleware


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise has no types
    """The list names every file we have with its version; it is for the server alone."""

    HIDDEN = frozenset({"staticfiles.json"})

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        """As WhiteNoise does at start, but for what is hidden."""
        if url.rpartition("/")[2] not in self.HIDDEN:
            super().add_file_to_dictionary(url, path, stat_cache=stat_cache)
