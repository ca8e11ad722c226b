"""Where the wizard keeps its steps: one sealed, versioned row for each area. The session holds nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from brik.mapping.models import Mapping, Section
from brik.mapping.record import sections
from brik.pages.formtools_storage import StepStorage
from brik.staff.models import Staff


@dataclass(frozen=True)
class AreaStep:
    """One area as it is to be saved."""

    answers: dict[str, Any]
    state: str
    version: int
    page: UUID
    language: str


class SectionStorage(StepStorage):
    """formtools' storage over :class:`Section`: reading a step writes nothing, saving it is one action."""

    def __init__(self, mapping: Mapping, step: str, *, request: HttpRequest) -> None:
        super().__init__("interview", step, request=request)
        self.mapping = mapping

    @cached_property
    def section(self) -> Section | None:
        """What is stored of the area in the address, read once a request."""
        return self.mapping.sections.filter(area=self._step).first()

    @cached_property
    def content(self) -> dict[str, Any]:
        return self.section.answers.open() if self.section else {"answers": {}}

    def now_holds(self, section: Section) -> None:
        """The area has been kept while this page was made: what it shows follows."""
        self.section = section
        self.__dict__.pop("content", None)

    def get_step_data(self, step: str) -> MultiValueDict | None:
        """The page as it was typed, while something in it does not hold yet; else the form starts from the answers."""
        unfinished = self.content.get("unfinished") if step == self._step else None
        return MultiValueDict(unfinished) if unfinished else None

    def set_step_data(self, step: str, cleaned_data: AreaStep) -> None:
        by: Staff = self.request.user
        sections.save_section(
            self.mapping,
            area=step,
            answers=cleaned_data.answers,
            state=cleaned_data.state,
            version=cleaned_data.version,
            language=cleaned_data.language,
            saved_from=cleaned_data.page,
            by=by,
        )
