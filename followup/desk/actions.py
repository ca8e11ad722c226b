"""Actions that span rooms: a withdrawal or a finished talk takes effect everywhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from brik.people.models import Person
from brik.staff.models import Staff
from consent.models import Consent, Talk, Withdrawal, WithdrawalHearing, WithdrawalSaid
from consent.record.withdrawal import actions as withdrawals
from consent.talk import actions as consents
from followup.desk import following
from followup.desk.withdrawal.choices import scope_of
from followup.sharing.delivery.reconciliation import reconcile


@transaction.atomic
def withdraw(
    person: Person,
    *,
    what: Collection[str],
    said_at: datetime,
    said: WithdrawalSaid = WithdrawalSaid.HERE,
    key: UUID | None = None,
    by: Staff,
) -> Withdrawal:
    """Withdraw a consent whole or in part. From the commit on nothing it names is read, written, shown or sent.

    The request does the same for everybody; interviews, queue, recipients and receipt follow in a job. What is sent
    again with the same ``key`` is noted once, as ``withdrawal.actions.withdraw`` says.

    Raises:
        PermissionDenied: ``by`` may not record a withdrawal of this person.
        Refused: ``said_at`` is in the future, or too long ago.
    """
    withdrawal = withdrawals.withdraw(person, said_at=said_at, scope=scope_of(what), said=said, key=key, by=by)
    following.queue_job(person.pk)
    return withdrawal


@transaction.atomic
def hear_withdrawal(withdrawal: Withdrawal, *, by: Staff) -> WithdrawalHearing:
    """Note that the person has said it to ``by`` too: what was sent is retracted, in a job.

    Raises:
        PermissionDenied: ``by`` is not an approved mapper where the person is.
    """
    hearing = withdrawals.hear(withdrawal, by=by)
    following.queue_job(withdrawal.person_id)
    return hearing


@transaction.atomic
def finish_talk(talk: Talk, *, by: Staff) -> Consent:
    """Finish a consent talk, and cancel and retract what is no longer covered.

    What a withdrawal before it has ended is ended first: the new consent does not bring it back.

    Raises:
        As ``consent.talk.actions.finish``.
    """
    following.carry_out(talk.person_id, by=by)
    consent = consents.finish(talk, by=by)
    reconcile(consent.person, by=by)
    return consent
