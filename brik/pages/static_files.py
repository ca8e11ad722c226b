"""Serves the collected static files, except their manifest."""

from __future__ import annotations

from typing import Any

from whitenoise.middleware import WhiteNoiseMiddleware


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise has no types
    """WhiteNoise without the manifest, which lists every file and version."""

    HIDDEN = frozenset({"staticfiles.json"})

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        """As WhiteNoise's own, but skips hidden files."""
        if url.rpartition("/")[2] not in self.HIDDEN:
            super().add_file_to_dictionary(url, path, stat_cache=stat_cache)
