"""The summaries in a partner's inbox: those of its own organisation that it may have now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from brik.staff.models import Staff
from brik.vault.codes.coded_models import proved
from brik.vault.sealing import SealBroken
from followup.sharing.disclosure.clearance import clearances
from followup.sharing.models import Delivery, DeliveryKind, Disclosure, PartnerAnswer
from followup.sharing.pages.plain_words import disclosed_theme_names


@dataclass(frozen=True)
class InboxLine:
    """One summary in the list."""

    disclosure: Disclosure
    # None where it does not open, or where the row is not what was decided on.
    name: str | None
    themes: list[str]
    came_at: datetime
    unread: bool
    answer: PartnerAnswer | None


def lines(user: Staff) -> list[InboxLine]:
    """The user's inbox, newest first. The names are opened for this request only.

    No person's lock is held: all of it is as it was at one moment, or what stood before a change could meet what is
    permitted after it.
    """
    if connection.in_atomic_block:  # a caller's transaction sees others as it said when it began
        return _lines(user)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return _lines(user)


def _lines(user: Staff) -> list[InboxLine]:
    standing = list(
        Disclosure.objects.visible_to(user)
        .standing()
        .select_related("person", "mapping")
        .prefetch_related("answers")
        .with_keys()
    )
    cleared = clearances((row.person_id, row.organisation_id) for row in standing)
    present = [row for row in standing if cleared[row.person_id, row.organisation_id].allows(row)]
    shares = Delivery.objects.filter(disclosure__in=present, kind=DeliveryKind.SHARE)
    share_of = {share.disclosure_id: share for share in shares}
    return [
        InboxLine(
            disclosure=row,
            name=row.person.name_if_whole if _is_whole(row, share_of[row.pk]) else None,
            themes=disclosed_theme_names(row),
            came_at=row.decided_at,
            unread=share_of[row.pk].first_read_at is None,
            answer=next(iter(row.answers.all()), None),
        )
        for row in present
    ]


def _is_whole(disclosure: Disclosure, share: Delivery) -> bool:
    """Whether recipient and themes are those that were decided on: nobody's name is shown to somebody else."""
    try:
        proved([disclosure, share])
        disclosure.demand_agreement()
    except SealBroken:
        return False
    return True
