"""An area opened for a request, and what its page sends: read once, and refused where no page of ours sends it."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from brik.mapping.models import Mapping, Renewed, Section
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.pages.known.earlier_answers import EarlierAnswers, earlier_answers
from brik.mapping.pages.short_way import stored_short_states
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.structure import Area, Questionnaire
from brik.mapping.record.refusals import InterviewRefusal
from brik.pages.page_flow import sent_step, sent_version
from brik.pages.refusal import Refused
from brik.staff.models import Staff

FLOW = "interview"
CHOOSE = "choose-"
# Sent by a page on which the answers of the interview before are changed.
CHANGED = "changed"


class Then(StrEnum):
    """Where the pressed button leads after saving."""

    CONTINUE = "on"
    BACK = "back"
    LATER = "later"
    DECLINE = "decline"
    SAME = "same"


def form_arguments(mapping: Mapping, area: Area, answers: dict[str, Any]) -> dict[str, Any]:
    """What the form of an area is made with; ``answers`` are the stored ones."""
    return {"area": area, "language": mapping.language, "sources": mapping.sources_now, "kept": answers}


@dataclass
class OpenedArea:
    """One area of an interview in a request. ``mapping`` and ``section`` are replaced when the request writes them."""

    mapping: Mapping
    area: Area
    questionnaire: Questionnaire
    by: Staff

    @classmethod
    def at(cls, mapping: Mapping, step: str, *, by: Staff) -> OpenedArea | None:
        """The area an address names; None where the interview's questionnaire has no such area."""
        questionnaire = catalogue.get(mapping.kind, mapping.form_version)
        area = next((area for area in questionnaire.pages if area.code == step), None)
        return cls(mapping, area, questionnaire, by) if area else None

    @cached_property
    def section(self) -> Section | None:
        """What is stored of the area, read once a request."""
        return next(iter(self.mapping.sections.filter(area=self.area.code).proved()), None)

    @cached_property
    def earlier(self) -> EarlierAnswers:
        """What was answered before, for a page of which nothing is stored."""
        return earlier_answers(self.mapping, self.area, by=self.by) if self.section is None else EarlierAnswers()

    @cached_property
    def content(self) -> dict[str, Any]:
        """What is stored; where nothing is, what was answered before, to be confirmed."""
        return self.section.answers.open() if self.section else {"answers": dict(self.earlier.answers)}

    @property
    def said(self) -> dict[str, str]:
        """Area → what the short form says of it now."""
        return stored_short_states(self.mapping, self.questionnaire)

    def follow(self, section: Section) -> None:
        """Use the section as it was just stored."""
        self.section = section
        for read in ("content", "earlier"):
            self.__dict__.pop(read, None)

    @property
    def typed(self) -> MultiValueDict | None:
        """The page as it was typed, while something in it must be corrected."""
        unfinished = self.content.get("unfinished")
        return MultiValueDict(unfinished) if unfinished else None

    @property
    def form_arguments(self) -> dict[str, Any]:
        return form_arguments(self.mapping, self.area, self.content["answers"])

    def form(self, data: MultiValueDict | None) -> AreaForm:
        return AreaForm(data, prefix=self.area.code, **self.form_arguments)

    def earlier_form(self) -> AreaForm:
        """The form as if the answers of before had been sent. Raises ``Refused`` where there are none any longer.

        The form checks them as it does what is typed: words and sources that do not hold today are corrected first.
        """
        earlier = earlier_answers(self.mapping, self.area, by=self.by)
        if earlier.section is None:
            raise Refused(InterviewRefusal.NOTHING_BEFORE)
        arguments = form_arguments(self.mapping, self.area, dict(earlier.answers))
        shown = AreaForm(None, prefix=self.area.code, **arguments)
        return AreaForm(MultiValueDict(shown.typed), prefix=self.area.code, **arguments)

    def stored_form(self) -> AreaForm:
        """The form as if the stored version had been sent."""
        return self.form(self.typed or MultiValueDict(self.form(None).typed))


@dataclass(frozen=True)
class AreaSubmission:
    """A sent area page.

    ``page`` is the id of the opened page, ``version`` the row version it showed; ``choices`` are those between two
    versions, None on an ordinary page.
    """

    form: AreaForm
    page: UUID
    version: int
    then: Then
    choices: ReadOnly[str, str] | None
    take_over: bool
    sure: bool
    only_shown: bool
    # What the person says of the answers of the interview before; empty where there is none.
    renewed: str = ""

    @classmethod
    def read(cls, opened: OpenedArea, posted: QueryDict, *, only_shown: bool = False) -> AreaSubmission:
        """Raises ``Refused`` for what no page of ours sends; ``forged`` choices become errors of their fields."""
        if sent_step(posted, FLOW) != opened.area.code:
            raise Refused(InterviewRefusal.UNKNOWN_ANSWER)
        return cls._read(opened, posted, only_shown=only_shown or posted.get("again") == "show")

    @classmethod
    def read_draft(cls, opened: OpenedArea, posted: QueryDict) -> AreaSubmission:
        """What the script of the page sends, to the address of drafts. Raises as :meth:`read`."""
        return cls._read(opened, posted)

    @classmethod
    def _read(cls, opened: OpenedArea, posted: QueryDict, *, only_shown: bool = False) -> AreaSubmission:
        version = sent_version(posted)
        try:
            page, then = UUID(posted.get("page") or ""), Then(posted.get("then") or Then.CONTINUE)
        except ValueError:
            raise Refused(InterviewRefusal.UNKNOWN_ANSWER) from None
        form = opened.earlier_form() if then == Then.SAME else opened.form(posted)
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
            renewed=Renewed.SAME if then == Then.SAME else Renewed.CHANGED if posted.get(CHANGED) else "",
        )
