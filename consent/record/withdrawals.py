"""Withdrawals: their rows and their receipts.

A withdrawal has the same rows whether or not there is anything to withdraw, and only those who may read consents see
the receipt: the officer who notes it learns nothing from it. It ends what is permitted when it is noted; the time when
the person said it is stored beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import lifecycle
from brik.pages.refusal import Refused
from brik.people.models import Person
from brik.staff.access import require
from brik.staff.models import OrganisationKind, Staff
from brik.vault.canonical import canonical, sha256
from consent.models import (
    ConsentState,
    Decision,
    DecisionAnswer,
    Direction,
    Step,
    Withdrawal,
    WithdrawalReceipt,
)
from consent.permissions import ConsentPermission
from consent.record import covers
from consent.record.covered_before import MOMENT
from consent.record.receipt import SharedOutside, withdrawal_document
from consent.record.refusals import DAYS_BACK, ConsentRefusal

LONGEST_AGO = timedelta(days=DAYS_BACK + 1)


@dataclass(frozen=True)
class Part:
    """One part that is withdrawn: sharing a theme with a kind of recipient, or asking others."""

    direction: Direction
    recipient_kind: OrganisationKind | Literal[""] = ""
    theme: Theme | Literal[""] = ""

    @staticmethod
    def sharing(recipient_kind: OrganisationKind, theme: Theme) -> Part:
        return Part(Direction.DISCLOSE, recipient_kind, theme)

    @staticmethod
    def asking() -> Part:
        return Part(Direction.COLLECT)


@transaction.atomic
def withdraw(person: Person, *, said_at: datetime, scope: Literal["ALL"] | Iterable[Part], by: Staff) -> Withdrawal:
    """Withdraw all, or parts, of what is decided up to now.

    ``said_at`` is for the receipt. It never limits what is ended: with a wrong date, or one before the talk, something
    would stay permitted. After a withdrawal of everything the interview is closed, and signed-off ones are restricted.

    Raises:
        PermissionDenied: ``by`` may not note it for this person.
        Refused: ``said_at`` is in the future or too long ago, or nothing was chosen.
    """
    person = (
        Person.objects.select_for_update(of=("self",), no_key=True).select_related("current_stay").get(pk=person.pk)
    )
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
    # Later than every decision, also those of a machine whose clock is ahead.
    latest = Decision.objects.filter(person=person).aggregate(at=Max("effective_at"))["at"]
    effective = max(now, latest + MOMENT) if latest else now
    withdrawal = Withdrawal.objects.create(person=person, whole=not parts, said_at=said_at, noted_by=by)
    if withdrawal.whole:
        Step.objects.create(
            person=person,
            withdrawal=withdrawal,
            state=ConsentState.WITHDRAWN,
            effective_at=effective,
            actor=by.actor_id,
        )
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
    log.record(Verb.WITHDRAWAL_NOTED, by=by, subject=person.pk, obj=withdrawal)
    if withdrawal.whole:
        lifecycle.close_gate(person, reason=Reason.WITHDRAWN, by=by, at=effective)
        lifecycle.restrict(person, reason=Reason.WITHDRAWN, by=by)
    elif Part.asking() in parts:
        _ask_only(person, by=by)
    return withdrawal


def _ask_only(person: Person, *, by: Staff) -> None:
    """Write to the open interview whom it may still ask."""
    permit = covers.mapping_permit(person)
    if permit is not None:
        names = [source.name for source in covers.sources_permitted(person)]
        lifecycle.open_gate(person, consent_uuid=permit.consent_uuid, until=permit.until, sources=names, by=by)


@transaction.atomic
def write_receipt(
    withdrawal: Withdrawal, *, out: Sequence[SharedOutside], unsure: bool = False, by: Staff
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
