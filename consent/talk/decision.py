"""Decides a sent page of the talk: saves what can be saved, and returns one of a closed set of outcomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from brik.pages.page_flow import PageRefused, Unavailable, settle
from brik.pages.refusal import Refused
from brik.staff.models import Staff
from consent.models import Consent
from consent.record import steps
from consent.record.choices import NotReady
from consent.record.refusals import ConsentRefusal
from consent.talk import actions
from consent.talk.submission import TalkSubmission
from consent.talk.talk_context import TalkContext

Finish = Callable[..., Consent]


@dataclass(frozen=True)
class StepSaved:
    """The answer is stored, and the talk goes on at ``next_step``."""

    next_step: str


@dataclass(frozen=True)
class TalkFinished:
    """The last answer is stored, and the consent is made."""

    consent: Consent


@dataclass(frozen=True)
class StepShown:
    """Nothing is saved: the page is shown again, with its errors or with a question to confirm (``again``)."""

    submission: TalkSubmission
    again: Any = None


@dataclass(frozen=True)
class StepStale:
    """The talk or its text has changed since the page was opened. Nothing is saved; what was typed is held."""

    submission: TalkSubmission


@dataclass(frozen=True)
class StepMissing:
    """An earlier step must be answered first: nothing after it is shown or signed."""

    step: str


TalkOutcome = StepSaved | TalkFinished | StepShown | StepStale | StepMissing | PageRefused | Unavailable


def receive(
    context: TalkContext, step: str, request: HttpRequest, *, finish: Finish, by: Staff, only_shown: bool = False
) -> TalkOutcome:
    """Decide a sent page. ``finish`` is what happens after the last step, in the same transaction."""

    def decide() -> TalkOutcome:
        submission = TalkSubmission.read(context, step, request, only_shown=only_shown)
        try:
            return _decide(context, submission, finish=finish, by=by)
        except NotReady as missing:
            return StepMissing(missing.step)
        except Refused as refusal:
            if refusal.why is not ConsentRefusal.STALE:
                raise
            context.talk.refresh_from_db()
            context.follow(context.talk)
            return StepStale(submission)

    return settle(decide)


def _decide(context: TalkContext, submission: TalkSubmission, *, finish: Finish, by: Staff) -> TalkOutcome:
    form, is_open = submission.form, submission.step in context.open_steps
    stale = submission.version != context.talk.row_version
    # The page had another text, or its step is no longer asked.
    if submission.text != context.version or (stale and not is_open):
        return StepStale(submission)
    if not is_open:
        raise Refused(ConsentRefusal.CLOSED_STEP)
    if submission.put_off and not submission.only_shown:
        return _put_off(context, submission, by=by)
    if submission.only_shown or not form.is_valid():
        return StepShown(submission)
    if sheet := form.to_look_at():
        talk = actions.keep_scan(context.talk, scan=sheet.scan, version=submission.version, by=by)
        context.follow(talk)
        return StepShown(replace(submission, version=talk.row_version), sheet)
    if not submission.asked_again and (again := form.to_confirm()):
        return StepShown(submission, again)
    return _save(context, submission, finish=finish, by=by)


@transaction.atomic
def _save(context: TalkContext, submission: TalkSubmission, *, finish: Finish, by: Staff) -> StepSaved | TalkFinished:
    form, step = submission.form, submission.step
    talk = actions.save_step(
        context.talk, step=step, answer=form.answer(), version=submission.version, scan=form.scan, by=by
    )
    context.follow(talk)
    if step == context.way[-1]:
        return TalkFinished(finish(talk, by=by))
    return StepSaved(context.step_after(step))


@transaction.atomic
def _put_off(context: TalkContext, submission: TalkSubmission, *, by: Staff) -> StepSaved:
    """The person wants to talk to somebody first: what is filled in on the page is no answer."""
    talk = actions.put_off(context.talk, step=submission.step, version=submission.version, by=by)
    context.follow(talk)
    return StepSaved(context.step_after(submission.step))


def keep_typed(context: TalkContext, step: str, request: HttpRequest, *, by: Staff) -> None:
    """Store what was typed on a page that is being hidden.

    Raises:
        Refused: it cannot be stored.
    """
    submission = TalkSubmission.read(context, step, request)
    if step not in context.open_steps:
        raise Refused(ConsentRefusal.CLOSED_STEP)
    # Answers about our own explaining are never stored.
    if step != steps.EXPLAINED and submission.form.has_changed():
        actions.keep_typed(context.talk, step=step, typed=submission.form.sent, by=by)
