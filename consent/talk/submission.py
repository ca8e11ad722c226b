"""What a page of the talk sends: read once, and refused where no page of ours sends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from brik.pages.page_flow import sent_step, sent_version
from brik.pages.refusal import Refused
from consent.record import steps
from consent.record.refusals import ConsentRefusal
from consent.talk.forms.question_forms import FORMS
from consent.talk.forms.step_forms import StepForm
from consent.talk.signature import MAX_SCAN
from consent.talk.talk_context import TalkContext

FLOW = "talk"


def initial_of(context: TalkContext, step: str) -> dict[str, Any]:
    """What the page of a step shows before anything is typed: the stored answer."""
    prepare = getattr(FORMS[step], "initial_of", dict)
    initial: dict[str, Any] = prepare(context.answer(step) or {})
    return initial


def sent_form(context: TalkContext, step: str, request: HttpRequest) -> StepForm:
    """The form of a step, filled with what was sent."""
    return FORMS[step](
        talk=context,
        step=step,
        data=request.POST,
        files=request.FILES,
        prefix=step,
        initial=initial_of(context, step),
        **(
            {"too_big": _is_too_big(request), "shown": request.POST.get("again") == "sheet"}
            if step in steps.SIGNED
            else {}
        ),
    )


@dataclass(frozen=True)
class TalkSubmission:
    """A sent page of the talk. ``version`` is the row version it showed, ``text`` the version of its text.

    ``asked_again``: the page was shown a second time, to be confirmed. ``only_shown``: it is shown as typed, and not
    saved. ``put_off``: the person wants to talk to somebody first.
    """

    form: StepForm
    step: str
    version: int
    text: str
    asked_again: bool
    only_shown: bool
    put_off: bool = False

    @classmethod
    def read(cls, context: TalkContext, step: str, request: HttpRequest, *, only_shown: bool = False) -> TalkSubmission:
        """Raises ``Refused`` for what no page of ours sends; ``forged`` choices become errors of their fields."""
        posted, version = request.POST, sent_version(request.POST)
        if sent_step(posted, FLOW) != step or version is None or not context.can_ask(step):
            raise Refused(ConsentRefusal.CLOSED_STEP)
        again = posted.get("again")
        return cls(
            form=sent_form(context, step, request),
            step=step,
            version=version,
            text=posted.get("text") or context.version,
            asked_again=again is not None,
            only_shown=only_shown or again == "show",
            put_off=posted.get("later") == steps.LATER and step in steps.LATER_BUTTON,
        )


def _is_too_big(request: HttpRequest) -> bool:
    """Whether the request is too large: then the upload never becomes a file, and its size says why."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdecimal() and int(length) > MAX_SCAN
