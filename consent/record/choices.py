"""The choices of a talk, read from its stored answers and checked again before anything is decided."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind
from consent.models import ConsentState, DecisionAnswer
from consent.record import steps
from consent.record.document import Source
from consent.record.recipients import Offered

MONTHS = (3, 6, 12)
MAPPING_MONTHS = 12
MAX_SOURCES = 3
# The qualification of an interpreter who is not in the national register: then the reason is asked.
NOT_REGISTERED = "NONE"
WAYS_TO_SIGN = ("DRAWN", "TYPED", "PAPER")
_ANSWERS = {steps.YES: DecisionAnswer.PERMIT, steps.NO: DecisionAnswer.DENY, steps.LATER: DecisionAnswer.NOT_ASKED}


class NotReady(Exception):
    """A step has no answer, or an invalid one; ``step`` says which."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


@dataclass(frozen=True)
class Sharing:
    """What was decided about one recipient."""

    offer: Offered
    answer: DecisionAnswer
    themes: tuple[Theme, ...] = ()
    months: int = 0
    # The last day of what is said again, or runs on without a new answer: it ends when it would have ended.
    until: date | None = None
    # Themes that came after the person was asked: neither a yes nor a no.
    unasked: tuple[Theme, ...] = ()

    def last_day(self, at: datetime) -> date:
        """The last day on which the recipient may get something."""
        return self.until or last_day(at, self.months)

    @property
    def leaves_out(self) -> bool:
        """Whether the person refused this recipient or a theme of it."""
        ticked_all = {*self.themes, *self.unasked} == set(self.offer.themes)
        return self.answer == DecisionAnswer.DENY or (self.answer == DecisionAnswer.PERMIT and not ticked_all)


@dataclass(frozen=True)
class Choices:
    """What a person chose in a talk."""

    language: str
    talk: dict[str, Any]
    informed: tuple[str, ...]
    mapping: str
    asking: DecisionAnswer = DecisionAnswer.NOT_ASKED
    sources: tuple[Source, ...] = ()
    sharing: tuple[Sharing, ...] = ()
    # The yes to a plan is a decision of its own; None where the talk did not ask.
    plan: DecisionAnswer | None = None
    # Why the municipal NAV office is not asked about, as a key of the answers on the receipt; empty where it is.
    no_office: str = ""
    signature: dict[str, Any] = field(default_factory=dict)
    # The pages of questions that were read; None for all of a whole talk.
    shown: frozenset[str] | None = None
    # The last day of the mapping, and of asking others, where that is said again or runs on.
    until: date | None = None
    asking_until: date | None = None

    def last_day(self, at: datetime) -> date:
        """The last day on which the person may be mapped."""
        return self.until or last_day(at, MAPPING_MONTHS)

    def last_day_of_asking(self, at: datetime) -> date:
        """The last day on which others may be asked: never after that of the mapping."""
        return min(self.last_day(at), self.asking_until or self.last_day(at))

    def has_shown(self, step: str) -> bool:
        """Whether the page of a question was read in this talk."""
        return self.shown is None or step in self.shown

    @property
    def outcome(self) -> ConsentState:
        """The outcome of the talk. Without a yes to being mapped nothing else is asked.

        Partly given: asking others, a recipient or one of its themes, or the plan got a no. A question that was not
        asked, or that the person wants to talk about first, is no refusal.
        """
        if self.mapping != steps.YES:
            return ConsentState.REFUSED if self.mapping == steps.NO else ConsentState.DEFERRED
        refused = DecisionAnswer.DENY in (self.asking, self.plan) or any(share.leaves_out for share in self.sharing)
        return ConsentState.PARTLY_GIVEN if refused else ConsentState.GIVEN


def read(answers: dict[str, Any], *, offers: Sequence[Offered], signed: bool = True) -> Choices:
    """The choices in the answers of a talk. ``signed=False`` reads them before the signature, for the read-back.

    Raises:
        NotReady: an answer is missing, or is none that our pages offer.
    """
    way = steps.steps(answers, [offer.kind for offer in offers])
    last = {steps.SIGNATURE, steps.READ_BACK} if not signed else set()
    for step in way:
        if step not in answers and step not in last:
            raise NotReady(step)
    talk, mapping = first_page(answers), answers[steps.MAPPING]["answer"]
    common = {
        "language": talk["language"],
        "talk": talk,
        "informed": tuple(answers[steps.INFORMATION]["how"]),
        "mapping": mapping,
    }
    if mapping != steps.YES:
        return Choices(**common)
    asking, sources = asked_sources(answers[steps.SOURCES])
    signature = answers.get(steps.SIGNATURE, {})
    if signed and signature.get("method") not in WAYS_TO_SIGN:
        raise NotReady(steps.SIGNATURE)
    return Choices(
        **common,
        asking=asking,
        sources=sources,
        sharing=tuple(
            asked_sharing(answers[steps.SHARING[offer.kind]], offer, common=answers[steps.COMMON].get("months", 0))
            for offer in offers
        ),
        no_office=no_office(answers, offers),
        signature=signature,
    )


def no_office(answers: dict[str, Any], offers: Sequence[Offered]) -> str:
    """Why nothing is asked about the municipal NAV office: it never disappears in silence."""
    if any(offer.kind == OrganisationKind.NAV_MUNICIPAL for offer in offers):
        return ""
    known = answers[steps.LANGUAGE].get("actual") or answers.get(steps.MUNICIPALITY, {}).get("actual")
    return "unreachable" if known else "municipality"


def first_page(answers: dict[str, Any]) -> dict[str, Any]:
    """What the staff filled in before the talk. Raises ``NotReady`` where the interpreter is not accounted for."""
    talk: dict[str, Any] = answers.get(steps.LANGUAGE, {})
    if "language" not in talk:
        raise NotReady(steps.LANGUAGE)
    if talk.get("interpreter") == steps.YES and not (talk.get("agency") and talk.get("impartial") is True):
        raise NotReady(steps.LANGUAGE)
    if talk.get("qualification") == NOT_REGISTERED and not talk.get("why"):
        raise NotReady(steps.LANGUAGE)
    return talk


def asked_sources(stored: dict[str, Any]) -> tuple[DecisionAnswer, tuple[Source, ...]]:
    """What was answered on the page about asking others. Raises ``NotReady`` as :func:`read`."""
    if stored.get("answer") not in _ANSWERS:
        raise NotReady(steps.SOURCES)
    if (answer := _ANSWERS[stored["answer"]]) != DecisionAnswer.PERMIT:
        return answer, ()
    named = stored.get("sources", [])[:MAX_SOURCES]
    sources = tuple(
        Source(number, str(named_source["name"]), tuple(theme for theme in Theme if theme in named_source["themes"]))
        for number, named_source in enumerate(named, start=1)
    )
    if not sources or not all(source.name.strip() and source.themes for source in sources):
        raise NotReady(steps.SOURCES)
    return answer, sources


def asked_sharing(stored: dict[str, Any], offer: Offered, *, common: int) -> Sharing:
    """What was answered on the page of a recipient. Raises ``NotReady`` as :func:`read`.

    ``common`` is for how many months recipients get something, where this one has no span of its own.
    """
    step = steps.SHARING[offer.kind]
    # The answer is about another organisation than the offer: the question must be asked again.
    if stored.get("organisation") != offer.organisation.pk or stored.get("answer") not in _ANSWERS:
        raise NotReady(step)
    answer = _ANSWERS[stored["answer"]]
    if answer != DecisionAnswer.PERMIT:
        return Sharing(offer, answer)
    themes = tuple(theme for theme in offer.themes if theme in stored.get("themes", []))
    months = stored.get("months", common)
    if not themes or len(themes) != len(stored["themes"]):
        raise NotReady(step)
    if months not in MONTHS:
        raise NotReady(step if "months" in stored else steps.COMMON)
    return Sharing(offer, answer, themes, months)


def end_of(last: date) -> datetime:
    """When a permit ends: at midnight after its last day."""
    return timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))


def last_day(at: datetime, months: int) -> date:
    """The last day of so many months; where the month has no such day, its last day."""
    start = timezone.localdate(at)
    year, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + year, month + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
