"""The ground of formtools' storages: the step is the one in the address, and only saving it writes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from formtools.wizard.storage.base import BaseStorage


class StepStorage(BaseStorage):
    """Over rows of our own. Whoever extends it says what is read of a step, and which action saves it.

    Nothing lies in the session, reading a step writes nothing, and no file is spooled to a disk.
    """

    def __init__(self, prefix: str, step: str, *, request: HttpRequest) -> None:
        super().__init__(prefix, request)
        self._step = step

    def reset(self) -> None:
        """Nothing is thrown away because a wizard starts or ends."""

    def _get_current_step(self) -> str:
        return self._step

    def _set_current_step(self, step: str) -> None:
        """Going on is a new address."""

    def _get_extra_data(self) -> dict[str, Any]:
        return {}

    def get_step_files(self, step: str) -> None:
        """A file is never shown again in a form."""

    def set_step_files(self, step: str, files: Any) -> None:
        """A file is saved with its step, in one action, or not read at all."""

    def update_response(self, response: HttpResponse) -> None:
        """Nothing to clean up: no file was kept."""
