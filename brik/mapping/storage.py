"""Where the wizard keeps its steps: one sealed, versioned row for each area. The session holds nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from formtools.wizard.storage.base import BaseStorage

from brik.mapping import actions
from brik.mapping.models import Mapping, Section
from brik.people.models import Staff


@dataclass(frozen=True)
class Step:
    """One area as it is to be saved."""

    answers: dict[str, Any]
    state: str
    version: int
    page: UUID
    language: str


class SectionStorage(BaseStorage):
    """formtools' storage over :class:`Section`: reading a step writes nothing, saving it is one action."""

    def __init__(self, mapping: Mapping, step: str, *, request: HttpRequest) -> None:
        super().__init__("interview", request)
        self.mapping, self._step = mapping, step

    @cached_property
    def section(self) -> Section | None:
        """What is stored of the area in the address, read once a request."""
        return self.mapping.sections.filter(area=self._step).first()

    @cached_property
    def content(self) -> dict[str, Any]:
        return self.section.answers.open() if self.section else {"answers": {}}

    def reset(self) -> None:
        """Nothing of an interview is thrown away because a wizard starts or ends."""

    def _get_current_step(self) -> str:
        return self._step

    def _set_current_step(self, step: str) -> None:
        """The step is the one in the address; going on is a new address."""

    def _get_extra_data(self) -> dict[str, Any]:
        return {}

    def get_step_data(self, step: str) -> MultiValueDict | None:
        """The page as it was typed, while something in it does not hold yet; else the form starts from the answers."""
        unfinished = self.content.get("unfinished") if step == self._step else None
        return MultiValueDict(unfinished) if unfinished else None

    def set_step_data(self, step: str, cleaned_data: Step) -> None:
        by: Staff = self.request.user
        actions.save_section(
            self.mapping,
            area=step,
            answers=cleaned_data.answers,
            state=cleaned_data.state,
            version=cleaned_data.version,
            language=cleaned_data.language,
            saved_from=cleaned_data.page,
            by=by,
        )

    def get_step_files(self, step: str) -> None:
        return None

    def set_step_files(self, step: str, files: Any) -> None:
        """No page of the interview takes files; what comes anyway is not read."""

    def update_response(self, response: HttpResponse) -> None:
        """Nothing to clean up: no file was kept."""
