"""An area opened for a request, and what a page of it sends: read once, whole, and refused where it is none of ours."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from brik.mapping.models import Mapping, Section
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.structure import Area, Questionnaire
from brik.mapping.record.refusals import InterviewRefusal, Refused
from brik.pages.page_flow import sent_step, sent_version
from brik.staff.models import Staff

FLOW = "interview"
CHOOSE = "choose-"


class Then(StrEnum):
    """What the pressed button asks for once the page is saved."""

    CONTINUE = "on"
    BACK = "back"
    LATER = "later"
    DECLINE = "decline"


@dataclass
class OpenedArea:
    """One area of an interview, as a request finds it. ``mapping`` and ``section`` follow what the request writes."""

    mapping: Mapping
    area: Area
    questionnaire: Questionnaire
    by: Staff

    @classmethod
    def at(cls, mapping: Mapping, step: str, *, by: Staff) -> OpenedArea | None:
        """The area an address names; None where the interview's questionnaire has no such area."""
        questionnaire = catalogue.get(mapping.kind, mapping.form_version)
        area = next((area for area in questionnaire.areas if area.code == step), None)
        return cls(mapping, area, questionnaire, by) if area else None

    @cached_property
    def section(self) -> Section | None:
        """What is stored of the area, read once a request."""
        return self.mapping.sections.filter(area=self.area.code).first()

    @cached_property
    def content(self) -> dict[str, Any]:
        return self.section.answers.open() if self.section else {"answers": {}}

    def follow(self, section: Section) -> None:
        """The area was written while the request ran: what is shown follows."""
        self.section = section
        self.__dict__.pop("content", None)

    @property
    def typed(self) -> MultiValueDict | None:
        """The page as it was typed, while something in it does not hold yet."""
        unfinished = self.content.get("unfinished")
        return MultiValueDict(unfinished) if unfinished else None

    @property
    def form_arguments(self) -> dict[str, Any]:
        return {
            "area": self.area,
            "language": self.mapping.language,
            "sources": self.mapping.sources.open(),
            "kept": self.content["answers"],
        }

    def form(self, data: MultiValueDict | None) -> AreaForm:
        return AreaForm(data, prefix=self.area.code, **self.form_arguments)

    def stored_form(self) -> AreaForm:
        """The page as the stored version of it would be sent."""
        return self.form(self.typed or MultiValueDict(self.form(None).typed))


@dataclass(frozen=True)
class AreaSubmission:
    """A sent area page.

    ``page`` and ``version`` say which opened page it is and what that page had seen of the area; ``choices`` are those
    made between two versions, None where there were none to choose between.
    """

    form: AreaForm
    page: UUID
    version: int
    then: Then
    choices: ReadOnly[str, str] | None
    take_over: bool
    sure: bool
    only_shown: bool

    @classmethod
    def read(cls, opened: OpenedArea, posted: QueryDict, *, only_shown: bool = False) -> AreaSubmission:
        """Raises ``Refused`` for anything a page of ours does not send; ``forged`` choices are told at their fields."""
        if sent_step(posted, FLOW) != opened.area.code:
            raise Refused(InterviewRefusal.UNKNOWN_ANSWER)
        return cls._read(opened, posted, only_shown=only_shown or posted.get("again") == "show")

    @classmethod
    def read_draft(cls, opened: OpenedArea, posted: QueryDict) -> AreaSubmission:
        """What the page's own script sends, at an address of its own. Raises as :meth:`read`."""
        return cls._read(opened, posted)

    @classmethod
    def _read(cls, opened: OpenedArea, posted: QueryDict, *, only_shown: bool = False) -> AreaSubmission:
        form, version = opened.form(posted), sent_version(posted)
        try:
            page, then = UUID(posted.get("page") or ""), Then(posted.get("then") or Then.CONTINUE)
        except ValueError:
            raise Refused(InterviewRefusal.UNKNOWN_ANSWER) from None
        if version is None or form.unknown_names:
            raise Refused(InterviewRefusal.UNKNOWN_ANSWER)
        choices = {name: str(choice) for name, choice in posted.items() if name.startswith(CHOOSE)}
        return cls(
            form=form,
            page=page,
            version=version,
            then=then,
            choices=choices if posted.get("merge") else None,
            take_over=bool(posted.get("take_over")),
            sure=bool(posted.get("sure")),
            only_shown=only_shown,
        )
