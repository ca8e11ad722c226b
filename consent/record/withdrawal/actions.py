"""Withdrawals: their rows and their receipts.

A withdrawal has the same rows whether or not there is anything to withdraw, and only those who may read consents see
the receipt: the officer who notes it learns nothing from it, nor from the time it takes. It ends what is permitted when
it is noted; the time when the person said it is stored beside. What follows from it is done in a job.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.jobs import person_lock
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import lifecycle, person_gate
from brik.pages.refusal import Refused
from brik.people.models import Person
from brik.staff.access import require
from brik.staff.models import OrganisationKind, Staff
from brik.vault.canonical import canonical, sha256
from consent.models import (
    Consent,
    ConsentState,
    Decision,
    DecisionAnswer,
    Direction,
    Step,
    Withdrawal,
    WithdrawalHearing,
    WithdrawalReceipt,
    WithdrawalSaid,
)
from consent.permissions import ConsentPermission
from consent.record import covers
from consent.record.endings import open_as_permitted
from consent.record.receipt import SharedOutside, withdrawal_document
from consent.record.refusals import DAYS_BACK, ConsentRefusal
from consent.record.withdrawal.covered_before import MOMENT

LONGEST_AGO = timedelta(days=DAYS_BACK + 1)
# How long the same page that comes again is the same withdrawal: a button pressed twice, an answer that never arrived.
SENT_AGAIN = timedelta(minutes=5)

_REASONS = {
    WithdrawalSaid.HERE: Reason.SAID_HERE,
    WithdrawalSaid.SIGNED: Reason.SAID_SIGNED,
    WithdrawalSaid.TOLD: Reason.SAID_BEFORE,
}


@dataclass(frozen=True)
class Part:
    """One part that is withdrawn: sharing a theme with a kind of recipient, asking others, or the plan."""

    direction: Direction
    recipient_kind: OrganisationKind | Literal[""] = ""
    theme: Theme | Literal[""] = ""

    @staticmethod
    def sharing(recipient_kind: OrganisationKind, theme: Theme) -> Part:
        return Part(Direction.DISCLOSE, recipient_kind, theme)

    @staticmethod
    def asking() -> Part:
        return Part(Direction.COLLECT)

    @staticmethod
    def plan() -> Part:
        return Part(Direction.PLAN)


@transaction.atomic
def withdraw(
    person: Person,
    *,
    said_at: datetime,
    scope: Literal["ALL"] | Iterable[Part],
    said: WithdrawalSaid = WithdrawalSaid.HERE,
    key: UUID | None = None,
    by: Staff,
) -> Withdrawal:
    """Withdraw all, or parts, of what is decided up to now: nothing is covered, read or written from the commit on.

    The same statements for everybody, whatever was permitted: what else follows is done by :func:`end_interviews` and
    :func:`write_receipt`, in a job. ``said_at`` is for the receipt. It never limits what is ended: with a wrong date,
    or one before the talk, something would stay permitted. ``key`` names one sending by ``by`` for this person: what
    comes again with it within :data:`SENT_AGAIN` is noted once, and later anew. Nothing else decides it, since the
    answer would tell of it.

    Raises:
        PermissionDenied: ``by`` may not note it for this person.
        Refused: ``said_at`` is in the future or too long ago, or nothing was chosen.
    """
    person_lock.hold(person.pk)
    person = Person.objects.select_related("current_stay").get(pk=person.pk)
    require(by, ConsentPermission.NOTE_WITHDRAWAL, person)
    parts = (
        [] if scope == "ALL" else sorted(set(scope), key=lambda part: (part.direction, part.recipient_kind, part.theme))
    )
    now = timezone.now()
    if said_at > now:
        raise Refused(ConsentRefusal.IN_THE_FUTURE)
    if scope != "ALL" and not parts:
        raise Refused(ConsentRefusal.NOTHING_CHOSEN)
    if said_at < now - LONGEST_AGO:
        raise Refused(ConsentRefusal.LONG_AGO)
    earlier = Withdrawal.objects.filter(pk=key, person=person, noted_by=by).first() if key else None
    if earlier is not None and earlier.recorded_at > now - SENT_AGAIN:
        return earlier
    # Later than every decision, also those of a machine whose clock is ahead.
    latest = Decision.objects.filter(person=person).aggregate(at=Max("effective_at"))["at"]
    effective = max(now, latest + MOMENT) if latest else now
    withdrawal = Withdrawal.objects.create(
        uuid=key if key and earlier is None else uuid4(),
        person=person,
        whole=not parts,
        said_at=said_at,
        said=said,
        noted_by=by,
    )
    if withdrawal.whole:
        Step.objects.create(
            person=person,
            withdrawal=withdrawal,
            state=ConsentState.WITHDRAWN,
            effective_at=effective,
            actor=by.actor_id,
        )
        person_gate.shut(person.pk)
    else:
        Decision.objects.bulk_create(
            Decision(
                person=person,
                withdrawal=withdrawal,
                direction=part.direction,
                recipient_kind=part.recipient_kind,
                theme=part.theme,
                answer=DecisionAnswer.DENY,
                effective_at=effective,
            )
            for part in parts
        )
        if Part.asking() in parts:
            person_gate.shut_asking(person.pk)
    # The number of its parts: none of them can be taken away unnoticed.
    parts_noted = f"{len(parts)}"
    log.record(
        Verb.WITHDRAWAL_NOTED, by=by, subject=person.pk, obj=withdrawal, reason=_REASONS[said], about=parts_noted
    )
    _tell_of_many(by)
    return withdrawal


def _tell_of_many(by: Staff) -> None:
    """An event for the data-protection officer when one account notes unusually many. It is never refused."""
    since = timezone.now() - timedelta(hours=1)
    noted = Withdrawal.objects.filter(noted_by=by, recorded_at__gt=since).count()
    if noted > settings.WITHDRAWALS_AN_HOUR:
        log.record(Verb.WITHDRAWALS_MANY, by=by, about=f"{noted}")


@transaction.atomic
def hear(withdrawal: Withdrawal, *, by: Staff) -> WithdrawalHearing:
    """Note that ``by`` has spoken with the person, and that it is so. Doing it twice changes nothing.

    Raises:
        PermissionDenied: ``by`` is not an approved mapper where the person is.
    """
    person_lock.hold(withdrawal.person_id)
    person = Person.objects.select_related("current_stay").get(pk=withdrawal.person_id)
    require(by, ConsentPermission.READ_RECEIPTS, person)
    hearing, new = WithdrawalHearing.objects.get_or_create(withdrawal=withdrawal, defaults={"heard_by": by})
    if new:
        log.record(Verb.WITHDRAWAL_NOTED, by=by, subject=person.pk, obj=hearing, reason=Reason.HEARD)
    return hearing


def waiting_to_be_heard() -> QuerySet[Withdrawal]:
    """The withdrawals that others told of and nobody has heard the person about, while no later talk has been held."""
    later = Consent.objects.filter(person=OuterRef("person"), effective_at__gte=OuterRef("recorded_at"))
    return Withdrawal.objects.filter(~Exists(later), said=WithdrawalSaid.TOLD, hearing=None)


def told_of(person: Person) -> QuerySet[Withdrawal]:
    """Those about one person."""
    return waiting_to_be_heard().filter(person=person)


@transaction.atomic
def end_interviews(person: Person, *, by: Actor) -> None:
    """Close and restrict the interviews that a withdrawal has ended, and take away sources that may not be asked.

    What a withdrawal that nobody has heard the person about has shut stays shut, and as it is: a new consent opens it.
    The caller holds the person's lock.
    """
    gate = person_gate.lock(person.pk)
    unheard = Withdrawal.objects.unheard().filter(person=person, whole=True)
    heard = Withdrawal.objects.unfinished().filter(person=person, whole=True)
    if gate.shut_at is not None and (heard.exists() or not unheard.exists()):
        lifecycle.close_gate(person, reason=Reason.WITHDRAWN, by=by, at=gate.shut_at)
        lifecycle.restrict(person, reason=Reason.WITHDRAWN, by=by)
    elif gate.shut_at is None and gate.asking_shut_at is not None:
        _ask_only(person, by=by)


def _ask_only(person: Person, *, by: Actor) -> None:
    """Write to the open interview whom it may still ask."""
    permit = covers.mapping_permit(person)
    if permit is not None:
        open_as_permitted(person, permit, by=by)


@transaction.atomic
def write_receipt(
    withdrawal: Withdrawal, *, out: Sequence[SharedOutside], unsure: bool = False, by: Actor
) -> WithdrawalReceipt:
    """Write the receipt of a withdrawal, once; later calls return the same one.

    ``out`` is what each recipient had got; ``unsure`` when some of it may not have arrived.
    """
    receipt = WithdrawalReceipt.objects.filter(withdrawal=withdrawal).first()
    if receipt is not None:
        return receipt
    data = canonical(withdrawal_document(withdrawal, out=out, unsure=unsure))
    receipt = WithdrawalReceipt(
        withdrawal=withdrawal, person_id=withdrawal.person_id, document=data, document_sha256=sha256(data)
    )
    receipt.save(force_insert=True)
    log.record(Verb.WITHDRAWAL_NOTED, by=by, subject=withdrawal.person_id, obj=receipt, reason=Reason.RECEIPT)
    return receipt
