"""Where rooms meet: what is taken back or decided is carried through everywhere in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from brik.people.models import Person, Staff
from consent import actions as consents
from consent.models import Consent, Talk, Withdrawal
from followup.desk.withdrawals import scope_of
from followup.sharing.actions import reconcile
from followup.sharing.models import Delivery


@transaction.atomic
def withdraw(person: Person, *, what: str, said_at: datetime, by: Staff) -> Withdrawal:
    """Take back everything or a part, from when it was said: consent, interview, queue and what is out, all at once.

    The receipt tells what was out, attempts that nobody has answered included.

    Raises:
        PermissionDenied: ``by`` may not note it for this person.
        Refused: it was said in the future.
    """
    noted = consents.withdraw(person, said_at=said_at, scope=scope_of(what), by=by)
    result = reconcile(person, by=by)
    consents.tell(noted, out=[_out(share) for share in result.retracted], unsure=bool(result.unanswered), by=by)
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


def _out(share: Delivery) -> str:
    return f"{share.organisation.name}, {date_format(timezone.localdate(share.created_at), 'j. F Y')}"
