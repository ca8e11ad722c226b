"""What is late: the one definition behind the worklist, the person's page, ``queue_status`` and the officer's page.

A row is late as one kind at most. A retraction is late counted from its beginning, however often it is sent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from brik.pages.relative_days import day
from brik.people.models import Person
from brik.people.persons import not_released
from brik.staff.models import Channel
from consent.models import Withdrawal, WithdrawalSaid
from consent.record.withdrawal.actions import waiting_to_be_heard
from followup.sharing.delivery.late_spans import LateKind, LateReader, spans
from followup.sharing.disclosure.states import WAITING, ReceiptStatus
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState, DisposalNotice, PartnerAnswer, Receipt


@dataclass(frozen=True)
class LateLine:
    """One thing that is late about one person. ``disclosure`` is the share it is about, if it is about one."""

    kind: LateKind
    since: datetime
    disclosure: UUID | None

    @property
    def words(self) -> str:
        """The line as a mapper reads it."""
        return _("%(what)s. Ventet siden %(day)s.") % {"what": self.kind.label, "day": day(self.since)}


@dataclass(frozen=True)
class LateCount:
    """How many are late as one kind, and since when the oldest has waited."""

    kind: LateKind
    number: int
    oldest: datetime | None


def about(person: Person) -> list[LateLine]:
    """What is late about one person, the oldest first, in one query."""
    at, reader = timezone.now(), LateReader.HOUSE
    parts = (
        _deliveries(at, reader).filter(person=person.pk).annotate(share=F("disclosure_id")),
        _notices(at, reader).filter(disclosure__person=person.pk).annotate(share=F("disclosure_id")),
        _withdrawals(at, reader).filter(person=person.pk).annotate(share=Value(None, UUIDField())),
    )
    first, *others = (rows.order_by().values_list("late_as", "late_since", "share") for rows in parts)
    return [
        LateLine(LateKind(kind), since, share)
        for kind, since, share in sorted(first.union(*others, all=True), key=_oldest)
    ]


def late_about(person: OuterRef) -> Q:
    """The condition that something is late about the person of the outer row."""
    at, reader = timezone.now(), LateReader.HOUSE
    return (
        Q(Exists(_deliveries(at, reader).filter(person=person)))
        | Q(Exists(_notices(at, reader).filter(disclosure__person=person)))
        | Q(Exists(_withdrawals(at, reader).filter(person=person)))
    )


def counts(reader: LateReader = LateReader.HOUSE) -> list[LateCount]:
    """How many are late as each kind, in the order of the kinds; three queries, and nobody is named."""
    at = timezone.now()
    found: dict[str, tuple[int, datetime]] = {}
    for rows in (_deliveries(at, reader), _notices(at, reader), _withdrawals(at, reader)):
        grouped = rows.order_by().values("late_as").annotate(number=Count("pk"), oldest=Min("late_since"))
        found |= {row["late_as"]: (row["number"], row["oldest"]) for row in grouped}
    return [LateCount(kind, *found.get(kind.value, (0, None))) for kind in LateKind]


def _oldest(row: tuple[str, datetime, UUID | None]) -> datetime:
    return row[1]


def _deliveries(at: datetime, reader: LateReader) -> QuerySet:
    share, retraction = Q(kind=DeliveryKind.SHARE), Q(kind=DeliveryKind.RETRACTION)
    state = DeliveryState
    standing = Q(overtaken=False)
    kinds = {
        LateKind.RETRACTION_FAILED: retraction & Q(state=state.FAILED),
        LateKind.RETRACTION_WAITING: retraction & Q(state__in=WAITING),
        LateKind.RETRACTION_UNCONFIRMED: retraction & ~Q(state=state.ACCEPTED),
        # What waits behind a parked share is late with it.
        LateKind.SHARE_WAITING: share & Q(state__in=WAITING, behind_parked=False),
        LateKind.SHARE_UNDER_RECEIPT: share & standing & Q(state=state.UNDER_RECEIPT),
        LateKind.FAILED_AFTER_RECEIPT: share & standing & Q(state=state.FAILED, was_received=True),
        LateKind.SHARE_FAILED: share & standing & Q(state=state.FAILED),
        LateKind.SHARE_PARKED: share & Q(state=state.PARKED),
        LateKind.REPLY_OUTSTANDING: share
        & standing
        & Q(state=state.ACCEPTED, organisation__channel=Channel.INBOX, answered=False),
    }
    # Each attempt changes ``state_at``: what has been tried has waited since it was created.
    since = Case(
        When(state=state.ATTEMPTED, then=F("created_at")),
        When(retraction & ~Q(state=state.FAILED), then=F("created_at")),
        default=F("state_at"),
    )
    received = Receipt.objects.filter(delivery=OuterRef("pk"), status=ReceiptStatus.RECEIVED)
    rows = (
        Delivery.objects.with_overtaken()
        .with_behind_parked()
        .annotate(
            was_received=Exists(received),
            answered=Exists(PartnerAnswer.objects.filter(disclosure=OuterRef("disclosure"))),
        )
    )
    return _late(rows, kinds, since, at, reader)


def _notices(at: datetime, reader: LateReader) -> QuerySet:
    kind = LateKind.DISPOSAL_UNANSWERED
    rows = DisposalNotice.objects.late(timezone.localdate(at - spans()[kind].of(reader)))
    return rows.annotate(late_as=Value(kind.value), late_since=Cast("answer_by", DateTimeField()))


def _withdrawals(at: datetime, reader: LateReader) -> QuerySet:
    hearing = timedelta(hours=settings.WITHDRAWAL_HEARD_HOURS)
    until = at - spans()[LateKind.WITHDRAWAL_UNFINISHED].of(reader)
    begun = Case(
        When(hearing__isnull=False, then=F("hearing__recorded_at")),
        When(said=WithdrawalSaid.TOLD, then=F("recorded_at") + Value(hearing)),
        default=F("recorded_at"),
    )
    kinds = {
        LateKind.WITHDRAWAL_UNFINISHED: Q(receipt__isnull=True, begun__lt=until),
        # Nobody can hear whoever has left.
        LateKind.WITHDRAWAL_UNHEARD: Q(
            not_released("person__current_stay__"), pk__in=waiting_to_be_heard().order_by().values("pk")
        ),
    }
    return _late(Withdrawal.objects.annotate(begun=begun), kinds, F("begun"), at, reader)


def _late(rows: QuerySet, kinds: dict[LateKind, Q], since: Any, at: datetime, reader: LateReader) -> QuerySet:
    """The rows that are late, with ``late_as`` (the first kind that fits) and ``late_since``."""
    # The latest moment since which a row of its kind is late, for one comparison.
    limits = (When(fits, then=Value(at - spans()[kind].of(reader))) for kind, fits in kinds.items())
    late: QuerySet = rows.annotate(
        late_as=Case(*(When(fits, then=Value(kind.value)) for kind, fits in kinds.items()), output_field=CharField()),
        late_since=since,
    )
    return late.filter(late_since__lt=Case(*limits, output_field=DateTimeField()))
