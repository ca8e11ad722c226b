"""Where the wizard keeps its steps: one sealed, versioned row for each talk. The session holds nothing of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from brik.pages.formtools_storage import StepStorage
from brik.staff.models import Staff
from consent.talk import actions
from consent.talk.talk_context import TalkContext


class TalkStorage(StepStorage):
    """formtools' storage over :class:`Talk`: reading a step writes nothing, saving it is one action."""

    def __init__(self, context: TalkContext, step: str, *, version: int, request: HttpRequest) -> None:
        super().__init__("talk", step, request=request)
        self.context, self._version = context, version

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
