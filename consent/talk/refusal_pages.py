"""The refusal pages of a talk: they say why, and hold what was typed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from brik.pages import refusal
from brik.pages.links import link_to
from brik.pages.refusal import Refused, WayOn
from consent.record.refusals import ConsentRefusal
from consent.talk.forms.step_forms import StepForm
from consent.talk.submission import FLOW, TalkSubmission, sent_form
from consent.talk.talk_context import TalkContext


def to_person(person: UUID, *, begun: bool = False) -> list[WayOn]:
    """The link to the person; behind a password in a talk that has ``begun``, since the person holds the screen."""
    return [WayOn(_("Til personen"), link_to("person", person), behind_password=begun)]


def refused(request: HttpRequest, reason: Refused, context: TalkContext, step: str) -> HttpResponse:
    """Why nothing was changed in a talk that has begun, and what was typed.

    What was typed is shown and held, to be shown on its page again once the cause is gone. Without a text in use there
    are no labels to show it by.
    """
    if request.method != "POST" or not context.texts:
        return refusal.answer(request, reason, to_person(context.talk.person_id, begun=True))
    form = sent_form(context, step, request)
    version, text = (request.POST.get(name, "") for name in ("version", "text"))
    return _typed_page(request, reason, context, form, carried=_carried(form, step, version=version, text=text))


def stale(request: HttpRequest, context: TalkContext, submission: TalkSubmission) -> HttpResponse:
    """Somebody saved the talk since the page was opened: nothing typed here was saved.

    What was typed is shown, and goes along to the step as it is now; it stays here while that step is not open.
    """
    form, step = submission.form, submission.step
    is_open = step in context.open_steps
    version, text = str(context.talk.row_version), context.version
    carried = _carried(form, step, version=version, text=text) if is_open else {}
    return _typed_page(request, Refused(ConsentRefusal.STALE), context, form, carried=carried)


def _typed_page(
    request: HttpRequest, reason: Refused, context: TalkContext, form: StepForm, *, carried: dict[str, list[str]]
) -> HttpResponse:
    is_stale = reason.why is ConsentRefusal.STALE
    stored = [WayOn(_("Se hva som er lagret"), request.path)] if is_stale else []
    return refusal.answer(
        request,
        reason,
        [*stored, *to_person(context.talk.person_id, begun=True)],
        template="consent/typed_words.html",
        url=request.path,
        words=form.words(),
        carried=carried,
        without_file=bool(request.FILES),
        is_stale=is_stale,
        language=context.text.language,
    )


def _carried(form: StepForm, step: str, *, version: str, text: str) -> dict[str, list[str]]:
    """What is sent again to show the page of a step as it was typed; nothing where nothing was typed."""
    if not form.sent:
        return {}
    return form.sent | {
        f"{FLOW}-current_step": [step],
        "version": [version],
        "text": [text],
        "again": ["show"],
    }
