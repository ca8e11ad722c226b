"""A page that was left for the hidden screen: what was typed waits, sealed with the talk, until the page is back."""

from __future__ import annotations

from django.db import transaction

from brik.audit import log
from brik.audit.verbs import Verb
from brik.staff.models import Staff
from consent import gate, steps
from consent.models import Talk, TalkState
from consent.refusals import Refused, Why


@transaction.atomic
def keep_typed(talk: Talk, *, step: str, typed: dict[str, list[str]], by: Staff) -> Talk:
    """It answers nothing and overwrites no answer, so no version is asked for; saving any step lets it go.

    Raises:
        Refused: the talk has ended, or can no longer be held.
    """
    held = gate.lock_talk(talk, by=by)
    if held.state != TalkState.OPEN:
        raise Refused(Why.TALK_ENDED)
    held.answers = {**held.answers.open(), steps.TYPED: {"step": step, "fields": typed}}  # type: ignore[union-attr]
    held.save()
    log.record(Verb.CONSENT_TALK_SAVED, by=by, subject=held.person_id, obj=held, reason="typed")
    return held
