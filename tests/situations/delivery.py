"""Interviews that have been shared, and what becomes of what was sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from brik.audit.actors import Process
from brik.mapping.models import Mapping
from brik.people.models import Person
from brik.staff.models import Organisation, Staff
from consent.models import Withdrawal, WithdrawalSaid
from consent.record.withdrawal import actions as withdrawals
from consent.record.withdrawal.actions import Part
from followup.desk import actions as desk
from followup.desk import following
from followup.sharing import actions
from followup.sharing.delivery.reconciliation import Reconciled, reconcile
from followup.sharing.models import Delivery, DisposalNotice
from tests.situations.consent import a_case_system, a_permit
from tests.situations.interview import a_signed_off_interview
from tests.situations.person import an_account

DESK = Process("desk")


def a_shared_interview(
    organisation: Organisation | None = None, *, by: Staff | None = None, person: Person | None = None, **answers
) -> tuple[Mapping, Delivery]:
    """An interview that is shared with one recipient, and its delivery, not yet sent. Actions, on a consent of rows."""
    by = by or an_account()
    organisation = organisation or a_case_system()
    mapping = a_signed_off_interview(by, person, **answers)
    a_permit(mapping.person, organisation)
    return mapping, actions.share(mapping, organisation=organisation, by=by)


def a_delivery(organisation: Organisation | None = None, **interview) -> Delivery:
    """The delivery of ``a_shared_interview``, which takes the same. Actions."""
    return a_shared_interview(organisation, **interview)[1]


def take_everything_back(person: Person, *, said_at: datetime | None = None, by: Staff | None = None) -> Reconciled:
    """As ``take_back``. What was signed off is restricted by it, and shared and corrected no more."""
    return take_back(person, "ALL", said_at=said_at, by=by)


@transaction.atomic
def take_back(
    person: Person,
    scope: Literal["ALL"] | Iterable[Part],
    *,
    said_at: datetime | None = None,
    by: Staff | None = None,
) -> Reconciled:
    """The person takes something back: noted, and carried through to what was sent. The two actions of the desk.

    Returns what became of the shares.
    """
    by = by or an_account(at=person.known_stay.unit)
    withdrawals.withdraw(person, said_at=said_at or timezone.now(), scope=scope, by=by)
    withdrawals.end_interviews(person, by=by)
    return reconcile(person, by=by)


def a_withdrawal(
    person: Person,
    *,
    what: Collection[str] = ("alt",),
    said_at: datetime | None = None,
    said: WithdrawalSaid = WithdrawalSaid.HERE,
    by: Staff,
) -> Withdrawal:
    """A withdrawal noted at the desk, and what the worker does next. Actions."""
    withdrawal = desk.withdraw(person, what=what, said_at=said_at or timezone.now(), said=said, by=by)
    carry_out(person)
    return withdrawal


def carry_out(person: Person) -> None:
    """What the worker does after a withdrawal, now. The action of its job."""
    following.carry_out(person.pk, by=DESK)


@transaction.atomic
def let_answer_wait(notice: DisposalNotice, *, days: int) -> None:
    """The recipient has had so many days for its answer. Rows, past what forbids to change them."""
    asked_at = timezone.now() - timedelta(days=days)
    answer_by = timezone.localdate(asked_at) + timedelta(days=settings.DISPOSAL_ANSWER_DAYS)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        DisposalNotice.objects.filter(pk=notice.pk).change(asked_at=asked_at, answer_by=answer_by)
        cursor.execute("SET LOCAL session_replication_role = origin")
