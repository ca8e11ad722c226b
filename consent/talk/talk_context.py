"""What the pages of a talk need, read once a request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.utils.datastructures import MultiValueDict

from brik.definitions.languages import Language
from brik.people.ages import age_of
from consent.models import Talk, Text
from consent.record import steps
from consent.record.choices import Choices
from consent.record.recipients import Offered
from consent.record.renewal.standing_yes import StandingYes
from consent.record.withdrawal.standing_choices import StandingChoices
from consent.talk import actions
from consent.texts import catalogue as texts


@dataclass
class TalkContext:
    """A talk in a request: its answers, its text, its recipients and its steps."""

    talk: Talk
    leader: str

    @cached_property
    def answers(self) -> dict[str, Any]:
        return actions.answers_of(self.talk, {language: text.version for language, text in self.texts.items()})

    def answer(self, step: str) -> dict[str, Any] | None:
        """The answer of a step; None where there is none, or it is about another organisation than now."""
        answer: dict[str, Any] | None = self.answers.get(step)
        if answer and step in steps.KIND_OF and answer.get("organisation") != self.offer(step).organisation.pk:
            return None
        return answer

    def typed(self, step: str) -> MultiValueDict | None:
        """What was typed on this page when the screen was hidden."""
        left = self.answers.get(steps.TYPED, {})
        return MultiValueDict(left["fields"]) if left.get("step") == step else None

    @cached_property
    def texts(self) -> dict[str, Text]:
        return texts.current(self.talk.kind)

    @cached_property
    def text(self) -> Text:
        """The text in the person's language; until that is known, the first one."""
        language = self.answers.get(steps.LANGUAGE, {}).get("language", "")
        return self.texts.get(language) or next(iter(self.texts.values()))

    @property
    def staff_body(self) -> dict[str, Any]:
        """The text in bokmål, for the pages of the staff; where there is none, the one in the person's language."""
        body: dict[str, Any] = (self.texts.get(Language.BOKMAAL) or self.text).body
        return body

    @property
    def months(self) -> int | None:
        """For how long recipients get something, where one of them has no span of its own."""
        months: int | None = self.answers.get(steps.COMMON, {}).get("months")
        return months

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = self.text.body
        return body

    @cached_property
    def offers(self) -> list[Offered]:
        return actions.offers_of(self.talk, self.answers)

    @cached_property
    def standing(self) -> StandingChoices | StandingYes | None:
        """What is said again in a talk that mends a withdrawal, or a second talk starts from; None in a whole talk."""
        versions = {language: text.version for language, text in self.texts.items()}
        return actions.standing_of(self.talk, self.answers, versions)

    @property
    def said_again(self) -> StandingChoices | None:
        """What is said again, in a talk that mends a withdrawal."""
        return self.standing if isinstance(self.standing, StandingChoices) else None

    @property
    def renewed(self) -> StandingYes | None:
        """What stands, in a second talk that starts from it."""
        return self.standing if isinstance(self.standing, StandingYes) else None

    @property
    def asks_months(self) -> bool:
        """Whether a recipient may get an end in this talk."""
        if self.renewed is not None:
            return self.renewed.asks_months(self.answers, self.offers)
        return bool(self.offers)

    def choices(self) -> Choices:
        """What is chosen, before the signature. Raises ``NotReady`` where an answer is missing."""
        return actions.choices_of(self.answers, self.offers, standing=self.standing, signed=False)

    @property
    def version(self) -> str:
        """What a page was written from: the version of its text, and what stood."""
        return self.text.version if self.standing is None else f"{self.text.version}-{self.standing.seen}"

    @cached_property
    def way(self) -> list[str]:
        return actions.way_of(self.talk, self.answers, self.offers, standing=self.standing)

    @property
    def open_steps(self) -> list[str]:
        return steps.open_steps(self.answers, self.way)

    def can_ask(self, step: str) -> bool:
        """Whether the page of a step can be made, whether or not the step is open."""
        if step in steps.KIND_OF and all(offer.kind != steps.KIND_OF[step] for offer in self.offers):
            return False
        if step in (steps.MUNICIPALITY, steps.SAID_AGAIN, steps.STANDING) and step not in self.way:
            return False
        return step == steps.LANGUAGE or steps.LANGUAGE in self.answers

    def step_after(self, step: str) -> str:
        """The step after this one."""
        return dict(pairwise(self.way)).get(step, self.next_step)

    def follow(self, talk: Talk) -> None:
        """Use the talk as it was just stored."""
        self.talk = talk
        for name in ("answers", "text", "offers", "standing", "way"):
            self.__dict__.pop(name, None)

    @property
    def next_step(self) -> str:
        return steps.first_unanswered(self.answers, self.way)

    def offer(self, step: str) -> Offered:
        """The recipient a step asks about."""
        return next(offer for offer in self.offers if offer.kind == steps.KIND_OF[step])

    @cached_property
    def age_is_known(self) -> bool:
        return age_of(self.talk.person) is not None
