"""A message's content as it lies sealed, and back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from brik.arrivals.received_messages import Message
from brik.arrivals.xml.messages import CustodyPlace, MessageContent, MessageType, SentenceDates
from brik.people.identifiers.numbers import Number, NumberKind


def to_json(content: MessageContent) -> dict[str, Any]:
    """What is sealed. Ids and times lie beside it in clear: they tell nothing of anybody."""
    return {
        "numbers": [[number.kind.value, number.value] for number in sorted(content.numbers)],
        "name": list(content.name) if content.name else None,
        "category": content.category,
        "in_institution": content.in_institution,
        "place": asdict(content.place) if content.place else None,
        "happened_at": content.happened_at.isoformat() if content.happened_at else None,
        "stopped": content.stopped,
        "resumed": content.resumed,
        "dates": {name: day.isoformat() if day else None for name, day in asdict(content.dates).items()}
        if content.dates
        else None,
    }


def from_row(row: Message) -> MessageContent:
    """The content of a stored message; a deleted one has its place in the order only."""
    told = row.content.open() if row.content is not None else None
    shell = MessageContent(
        type=MessageType(row.type),
        message_id=row.message_id,
        event_id=row.event_id,
        created_at=row.created_at,
        changed_at=row.changed_at,
        deletes=row.deletes,
        digest=row.digest,
    )
    if told is None:
        return shell
    return MessageContent(
        **{name: getattr(shell, name) for name in ("type", "message_id", "event_id", "created_at", "changed_at")},
        digest=row.digest,
        numbers=frozenset(Number(NumberKind(kind), value) for kind, value in told["numbers"]),
        name=(told["name"][0], told["name"][1], told["name"][2]) if told["name"] else None,
        category=told["category"],
        in_institution=told["in_institution"],
        place=CustodyPlace(**told["place"]) if told["place"] else None,
        happened_at=datetime.fromisoformat(told["happened_at"]).astimezone(UTC) if told["happened_at"] else None,
        stopped=told["stopped"],
        resumed=told["resumed"],
        dates=SentenceDates(**{name: date.fromisoformat(day) if day else None for name, day in told["dates"].items()})
        if told["dates"]
        else None,
    )
