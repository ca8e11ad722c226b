"""What recipients have answered, for the receipt of a withdrawal."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from brik.staff.models import OrganisationKind
from consent.models import WithdrawalReceipt
from consent.record.withdrawal.disposal_replies import DisposalReply, reply_blocks
from followup.sharing.models import Delivery, DisposalAnswerKind
from followup.sharing.pages.disposal_state import law_of, notice_of
from followup.sharing.pages.taken_back import taken_back


def blocks(receipt: WithdrawalReceipt, *, language: str) -> list[dict[str, Any]]:
    """The answers until now about what the receipt lists, as blocks in this language."""
    replies = [reply for share in taken_back(receipt.withdrawal) if (reply := _reply(share)) is not None]
    return reply_blocks(receipt.withdrawal, replies, language=language)


def _reply(share: Delivery) -> DisposalReply | None:
    notice = notice_of(share.disclosure)
    if notice is None:
        return None
    answer = notice.answered
    return DisposalReply(
        name=share.organisation.name,
        kind=OrganisationKind(share.organisation.kind),
        day=timezone.localdate(share.created_at),
        answered_on=timezone.localdate(answer.given_at) if answer else None,
        law=law_of(answer) if answer and answer.kind == DisposalAnswerKind.KEPT else None,
    )
