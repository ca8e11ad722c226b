"""The stays of one person, as a pure function of the messages about them. Part of the timeline."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from brik.arrivals.xml.categories import legal_status_of
from brik.arrivals.xml.messages import CustodyPlace, MessageContent, MessageType, SentenceDates
from brik.people.legal_status import LegalStatus

_OPENS = {MessageType.ARRIVAL, MessageType.BY_HAND}
_MOVES = {*_OPENS, MessageType.TRANSFER, MessageType.EXECUTION, MessageType.RELEASE}


@dataclass(frozen=True)
class StayState:
    # The event that began the stay (``sayings.py``): it identifies the stay when details change.
    origin: str
    unit_number: str
    legal_status: LegalStatus
    category: str
    arrived_at: datetime
    released_at: datetime | None
    dates: SentenceDates
    # When the legal status last changed during the stay; None where it has been the same since the arrival.
    status_since: datetime | None = None


@dataclass
class _StayDraft:
    origin: str
    place: CustodyPlace
    arrived_at: datetime
    released_at: datetime | None = None
    released_by: tuple[datetime, str] | None = None
    category: str = ""
    in_institution: bool = True
    dates: SentenceDates = field(default_factory=SentenceDates)
    status: LegalStatus | None = None
    status_since: datetime | None = None

    def apply(self, message: MessageContent, category: str) -> None:
        """Take over what the message says of category and place."""
        self.category, self.in_institution = category, message.in_institution
        self.place = message.place or self.place
        status = legal_status_of(category, in_institution=self.in_institution) if category else None
        if self.status is not None and status is not self.status:
            self.status_since = message.happened_at or message.order[0]
        self.status = status

    def release(self, message: MessageContent) -> None:
        """Of two releases the last in order counts."""
        if self.released_by is None or message.order > self.released_by:
            self.released_at, self.released_by = message.happened_at, message.order


def stays_of(messages: Sequence[MessageContent]) -> tuple[StayState, ...]:
    """The stays in the messages of one person, which come in order; the last stay is the present or latest one."""
    # A number added by hand does not say where somebody is.
    messages = [message for message in messages if message.type is not MessageType.NUMBER_BY_HAND]
    stays = _placed(messages)
    category = next((message.category for message in messages if message.category), "")
    for message in messages:
        category = message.category or category
        stay = _concerned(stays, message)
        if stay is None:
            continue
        if message.type is not MessageType.RELEASE:
            # A release does not change the category: the stay keeps what it was.
            stay.apply(message, category)
        if message.dates is not None:
            stay.dates = message.dates
    return tuple(
        StayState(
            origin=stay.origin,
            unit_number=stay.place.number,
            legal_status=legal_status_of(stay.category, in_institution=stay.in_institution),
            category=stay.category,
            arrived_at=stay.arrived_at,
            released_at=stay.released_at,
            dates=stay.dates,
            status_since=stay.status_since,
        )
        for stay in stays
        if stay.category
    )


def _placed(messages: Sequence[MessageContent]) -> list[_StayDraft]:
    """Arrivals and releases by when they happened; at the same moment the release comes before the arrival."""
    stays: list[_StayDraft] = []
    early: MessageContent | None = None
    moves = [message for message in messages if message.type in _MOVES and message.happened_at]
    for message in sorted(moves, key=lambda m: (m.happened_at, m.type is not MessageType.RELEASE, m.order)):
        at = message.happened_at
        last = stays[-1] if stays else None
        if message.type is MessageType.RELEASE:
            if last is not None:
                last.release(message)
            early = message if last is None else None
            continue
        if not _begins(message, last) or at is None or message.place is None:
            continue
        if last is not None and last.released_at is None:
            # A new arrival while the old stay is open: no message of its release came.
            last.released_at = at
        stays.append(_StayDraft(_origin(message, stays), message.place, at))
        if early is not None and early.happened_at == at and early.order > message.order:
            stays[-1].release(early)
        early = None
    return stays


def _origin(message: MessageContent, stays: Sequence[_StayDraft]) -> str:
    """What began the stay. An event that another sender still tells otherwise can begin two stays."""
    origin = message.event_id or message.message_id
    if any(stay.origin == origin for stay in stays):
        return hashlib.sha256(f"{origin}|{message.message_id}".encode()).hexdigest()
    return origin


def _begins(message: MessageContent, last: _StayDraft | None) -> bool:
    if last is not None and last.arrived_at == message.happened_at:
        return False
    if message.type in _OPENS:
        return True
    if message.type is MessageType.TRANSFER:
        # Also somebody whose arrival never came as a message, or who is back after a break.
        return last is None or last.released_at is not None
    if last is None:
        return message.in_institution and not message.stopped
    return last.released_at is not None and message.resumed


def _concerned(stays: Sequence[_StayDraft], message: MessageContent) -> _StayDraft | None:
    """The stay a message is about: the latest begun by then; before all of them, the first."""
    at = message.happened_at or message.order[0]
    begun = [stay for stay in stays if stay.arrived_at <= at]
    if begun:
        return begun[-1]
    return stays[0] if stays and message.type is not MessageType.RELEASE else None
