"""A recipient's answer to the line about a summary that has ended."""

from __future__ import annotations

from django.db import transaction

from brik.audit import log
from brik.audit.verbs import Verb
from brik.jobs import person_lock
from brik.mapping.models import NoticeKind
from brik.mapping.record import closed_work
from brik.pages.refusal import Refused
from brik.staff.access import require
from brik.staff.models import Staff
from consent.models import WithdrawalReceipt
from followup.sharing.disclosure.refusals import DisposalRefusal
from followup.sharing.models import DisposalAnswer, DisposalAnswerKind, DisposalNotice
from followup.sharing.pages.taken_back import taken_back
from followup.sharing.permissions import SharingPermission


@transaction.atomic
def answer(notice: DisposalNotice, *, kind: DisposalAnswerKind, law: str = "", by: Staff) -> DisposalAnswer:
    """Record what the recipient has done. The same answer twice is stored once.

    The mapper is told where the receipt of a withdrawal lists the summary: the person is to get the paper anew.

    Raises:
        PermissionDenied: the line is to somebody else.
        Refused: a colleague has answered otherwise.
        SealBroken: the colleague's answer was changed outside the application.
    """
    require(by, SharingPermission.INBOX, notice)
    disclosure = notice.disclosure
    person_lock.hold(disclosure.person_id)
    given = DisposalAnswer.objects.filter(notice=notice).first()
    if given is not None:
        if (given.kind, given.law) != (kind, law):
            raise Refused(DisposalRefusal.ANSWERED)
        return given
    given = DisposalAnswer(
        notice=notice,
        disclosure=disclosure,
        person_id=disclosure.person_id,
        kind=kind,
        content={"law": law},
        given_by=by,
    )
    given.save(force_insert=True)
    reason = DisposalAnswerKind(kind).name.lower()
    log.record(Verb.DISPOSAL_ANSWERED, by=by, subject=disclosure.person_id, obj=given, reason=reason)
    if _stands_on_a_receipt(notice):
        closed_work.notify([disclosure.mapping], kind=NoticeKind.PAPER)
    return given


def _stands_on_a_receipt(notice: DisposalNotice) -> bool:
    """Whether the receipt of a withdrawal lists the summary that the line is about."""
    receipts = WithdrawalReceipt.objects.filter(person=notice.disclosure.person_id).select_related("withdrawal")
    return any(
        share.disclosure_id == notice.disclosure_id for receipt in receipts for share in taken_back(receipt.withdrawal)
    )
