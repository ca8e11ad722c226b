"""Asking a recipient to shred what it has printed or noted of a summary that has ended."""

from __future__ import annotations

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.verbs import Verb
from followup.sharing.models import Delivery, DisposalNotice


def ask(share: Delivery, *, by: Actor) -> None:
    """Write the line about a summary that has left the inbox, in the transaction of the cause, once for each summary.

    The same whatever the cause, and whether or not the summary was opened: the name stood in the list. What was sent as
    a message is retracted by a message instead. The caller holds the person's lock.
    """
    if share.attempts_made or DisposalNotice.objects.filter(disclosure=share.disclosure_id).exists():
        return
    notice = DisposalNotice.objects.create(disclosure=share.disclosure)
    log.record(Verb.DISPOSAL_ASKED, by=by, subject=share.person_id, obj=notice)
