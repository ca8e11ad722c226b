"""Where the wizard keeps its steps: one sealed, versioned row for each talk. The session holds nothing of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from formtools.wizard.storage.base import BaseStorage

from brik.people.models import Staff
from consent import actions
from consent.talk_context import TalkContext


class TalkStorage(BaseStorage):
    """formtools' storage over :class:`Talk`: reading a step writes nothing, saving it is one action."""

    def __init__(self, context: TalkContext, step: str, *, version: int, request: HttpRequest) -> None:
        super().__init__("talk", request)
        self.context, self._step, self._version = context, step, version

    def reset(self) -> None:
        """Nothing of a talk is thrown away because a wizard starts or ends."""

    def _get_current_step(self) -> str:
        return self._step

    def _set_current_step(self, step: str) -> None:
        """The step is the one in the address; going on is a new address."""

    def _get_extra_data(self) -> dict[str, Any]:
        return {}

    def get_step_data(self, step: str) -> None:
        """Nothing is kept as it was posted: the form starts from the cleaned answer."""

    def set_step_data(self, step: str, cleaned_data: Any) -> None:
        by: Staff = self.request.user
        self.context.talk = actions.save_step(
            self.context.talk,
            step=step,
            answer=cleaned_data.answer(),
            version=self._version,
            scan=getattr(cleaned_data, "scan", None),
            by=by,
        )
        for known in ("answers", "text", "offers", "way"):
            self.context.__dict__.pop(known, None)

    def get_step_files(self, step: str) -> None:
        """A scan is never shown again in the form; it lies sealed in the talk."""

    def set_step_files(self, step: str, files: Any) -> None:
        """The scan is saved with its step, in one action; nothing is spooled to a disk."""

    def update_response(self, response: HttpResponse) -> None:
        """Nothing to clean up: no file was kept."""
