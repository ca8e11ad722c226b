"""Decides a sent area page: saves what can be saved, and returns one of a closed set of outcomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django.http import QueryDict

from brik.mapping.models import AreaState, Mapping, Section
from brik.mapping.pages.area import conflicts
from brik.mapping.pages.area.submission import AreaSubmission, OpenedArea, Then
from brik.mapping.record import actions, gate, sections
from brik.mapping.record.refusals import Clash, InterviewRefusal, TakenOver
from brik.pages.page_flow import PageRefused, Unavailable, settle
from brik.pages.refusal import Refused

FINISHED_BY = {Then.CONTINUE: AreaState.DONE, Then.SAME: AreaState.DONE, Then.DECLINE: AreaState.DECLINED}


@dataclass(frozen=True)
class AreaSaved:
    """The area is stored as the officer wants it; ``then`` says where the officer goes."""

    then: Then
    # A question is asked anew each time, and has no answer yet: the officer stays on the page.
    asks_more: bool = False


@dataclass(frozen=True)
class AreaKept:
    """The page is stored as a draft: valid answers, and the rest as typed until it is corrected."""

    submission: AreaSubmission
    section: Section


@dataclass(frozen=True)
class AreaForged:
    """The page carries a choice that was not offered. Nothing is saved, and it comes back as typed."""

    submission: AreaSubmission


@dataclass(frozen=True)
class AreaShown:
    """Nothing is saved: the page comes back as typed. ``notice`` says why."""

    submission: AreaSubmission
    notice: str


@dataclass(frozen=True)
class AreaClash:
    """Another version was stored since the page was opened. Nothing is saved: the officer chooses between both.

    ``choices`` were made when both were shown before; ``unchosen`` when a difference has no choice.
    """

    submission: AreaSubmission
    choices: dict[str, str] = field(default_factory=dict)
    unchosen: bool = False


@dataclass(frozen=True)
class InterviewTakenOver:
    """A colleague holds the interview now. Nothing is saved."""

    submission: AreaSubmission
    mapping: Mapping


Unsaved = AreaClash | InterviewTakenOver | PageRefused | Unavailable
DraftOutcome = AreaKept | Unsaved
SentOutcome = AreaSaved | AreaForged | AreaShown | DraftOutcome


@dataclass(frozen=True)
class HelpNeeded:
    """The person needs to talk to somebody now: the page about help comes first, whatever the outcome of saving."""

    outcome: SentOutcome


AreaOutcome = SentOutcome | HelpNeeded
Outcome = TypeVar("Outcome", bound=SentOutcome)


def receive(opened: OpenedArea, posted: QueryDict, *, only_shown: bool = False) -> AreaOutcome:
    """Decide a page that was sent with a button. With ``only_shown`` nothing is saved."""

    def decide() -> AreaOutcome:
        submission = AreaSubmission.read(opened, posted, only_shown=only_shown)
        if submission.only_shown:
            return _settle(opened, submission, _show)
        outcome = _settle(opened, submission, _save)
        return HelpNeeded(outcome) if submission.form.asks_for_help else outcome

    return settle(decide)


def receive_draft(opened: OpenedArea, posted: QueryDict) -> DraftOutcome:
    """Decide a draft that the script of the page sends during typing."""
    return settle(lambda: _settle(opened, AreaSubmission.read_draft(opened, posted), _keep))


def keep_changes(opened: OpenedArea, posted: QueryDict) -> None:
    """Store the changes on a page that is being hidden as a draft.

    Raises:
        Refused: they cannot be stored.
    """
    submission = AreaSubmission.read(opened, posted)
    if submission.choices is not None and opened.section:
        raise Clash(opened.section)
    if conflicts.differing(submission.form, opened.stored_form()):
        _keep(opened, submission)


def _settle(
    opened: OpenedArea, submission: AreaSubmission, decide: Callable[[OpenedArea, AreaSubmission], Outcome]
) -> Outcome | Unsaved:
    """As :func:`settle`; a clash gives :class:`AreaClash` and a takeover gives :class:`InterviewTakenOver`."""

    def decide_apart() -> Outcome | AreaClash | InterviewTakenOver:
        try:
            return decide(opened, submission)
        except Clash as clash:
            opened.follow(clash.section)
            return AreaClash(submission)
        except TakenOver as taken_over:
            return InterviewTakenOver(submission, taken_over.mapping)

    return settle(decide_apart)


def _show(opened: OpenedArea, submission: AreaSubmission) -> AreaShown | AreaClash:
    gate.check_begun(opened.mapping)
    if submission.choices is not None and opened.section:
        return AreaClash(submission, choices=dict(submission.choices))
    return AreaShown(submission, notice="again")


def _save(opened: OpenedArea, submission: AreaSubmission) -> SentOutcome:
    # First, since stored answers of an ended interview must not be shown beside what was typed.
    gate.check_begun(opened.mapping)
    if submission.take_over:
        opened.mapping = actions.take_over(opened.mapping, by=opened.by)
    if submission.choices is not None:
        return _choose(opened, submission, submission.choices)
    if submission.then == Then.DECLINE:
        return _decline(opened, submission)
    if submission.form.is_valid():
        return _store(opened, submission)
    return AreaForged(submission) if submission.form.forged else _keep(opened, submission)


def _choose(opened: OpenedArea, submission: AreaSubmission, choices: conflicts.Choices) -> SentOutcome:
    """Save the choice between two versions, if the stored one is still the one that was shown."""
    if opened.section is None:
        raise Refused(InterviewRefusal.UNKNOWN_ANSWER)
    if submission.then == Then.DECLINE:
        if (choice := choices.get(conflicts.CHOOSE_AREA)) not in conflicts.VERSIONS:
            return AreaClash(submission, choices=dict(choices), unchosen=True)
        if choice == conflicts.THEIRS:
            return AreaSaved(submission.then)
        return _decline(opened, submission)
    if opened.section.row_version != submission.version:
        raise Clash(opened.section)
    stored = opened.stored_form()
    if conflicts.unchosen(submission.form, stored, choices):
        return AreaClash(submission, choices=dict(choices), unchosen=True)
    form = opened.form(conflicts.chosen(submission.form, stored, choices))
    return _settle(opened, replace(submission, form=form, choices=None, take_over=False), _save)


def _decline(opened: OpenedArea, submission: AreaSubmission) -> SentOutcome:
    form = submission.form
    if not submission.sure and (opened.content["answers"] or not form.is_valid() or form.values):
        return AreaShown(submission, notice="decline")
    return _store(opened, submission)


def _store(opened: OpenedArea, submission: AreaSubmission) -> AreaSaved:
    state = FINISHED_BY.get(submission.then, AreaState.STARTED)
    section = sections.save_section(
        opened.mapping,
        area=opened.area.code,
        answers={} if state == AreaState.DECLINED else submission.form.answers(),
        state=state,
        version=submission.version,
        saved_from=submission.page,
        language=opened.mapping.language,
        renewed="" if state == AreaState.DECLINED else submission.renewed,
        by=opened.by,
    )
    asks_more = submission.then == Then.SAME and section.state != AreaState.DONE
    return AreaSaved(submission.then, asks_more=asks_more)


def _keep(opened: OpenedArea, submission: AreaSubmission) -> AreaKept:
    """Store the valid answers, and the whole page as typed while something in it must be corrected."""
    form = submission.form
    if not form.is_valid() and form.forged:
        raise Refused(InterviewRefusal.UNKNOWN_ANSWER)
    section = sections.draft_section(
        opened.mapping,
        area=opened.area.code,
        answers=form.answers(),
        unfinished=None if form.is_valid() else form.typed,
        version=submission.version,
        saved_from=submission.page,
        language=opened.mapping.language,
        renewed=submission.renewed,
        by=opened.by,
    )
    opened.follow(section)
    return AreaKept(submission, section)
