"""Where rooms meet: what is taken back or decided is carried through everywhere in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brik.audit import log
from brik.audit.verbs import Verb
from brik.people.models import Person, Staff
from consent import actions as consents
from consent.models import Consent, Talk, Withdrawal
from followup.desk.withdrawals import scope_of
from followup.sharing.actions import reconcile
from followup.sharing.models import Delivery


@transaction.atomic
def withdraw(person: Person, *, what: str, said_at: datetime, by: Staff) -> Withdrawal:
    """Take back everything or a part: consent, interview, queue and what is out, all at once.

    The receipt tells what was out, attempts that nobody has answered included, and marks what was shared after the
    person had said it; each such share is an event of its own.

    Raises:
        PermissionDenied: ``by`` may not note it for this person.
        Refused: it was said in the future, or long ago.
    """
    noted = consents.withdraw(person, said_at=said_at, scope=scope_of(what), by=by)
    result = reconcile(person, by=by)
    out = [_out(share, said_at=said_at) for share in result.retracted]
    for share in (share for share in [*result.cancelled, *result.retracted] if share.created_at > said_at):
        log.record(Verb.WITHDRAWAL_NOTED, by=by, subject=person.pk, obj=share, reason="shared after it was said")
    consents.tell(noted, out=out, unsure=bool(result.unanswered), by=by)
    return noted


@transaction.atomic
def finish_talk(talk: Talk, *, by: Staff) -> Consent:
    """Finish a consent talk and let the outside follow: what is no longer covered is stopped and retracted.

    Raises:
        As ``consent.actions.finish``.
    """
    consent = consents.finish(talk, by=by)
    reconcile(consent.person, by=by)
    return consent


def _out(share: Delivery, *, said_at: datetime) -> str:
    day = date_format(timezone.localdate(share.created_at), "j. F Y")
    after = " " + _("(etter at det ble sagt)") if share.created_at > said_at else ""
    return f"{share.organisation.name}, {day}{after}"
