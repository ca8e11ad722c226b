"""What is said, whoever says it: equal messages of several senders are one saying, which stands while one of them does.

Part of the timeline, and pure as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from brik.arrivals.xml.messages import MessageContent, MessageType

# When a message came whose time of coming is not known.
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)

Saying = tuple[str, str]
Key = tuple[str, str, str]


def as_they_came(messages: Iterable[MessageContent]) -> list[MessageContent]:
    """The messages in the order in which they were received."""
    return sorted(messages, key=lambda message: (message.received_at or _BEFORE_ALL, *message.key))


def collect(messages: Iterable[MessageContent], *, deleted: Collection[Key]) -> dict[Saying, MessageContent]:
    """Each saying once: since it was first said, with a name for its event that is no other sender's.

    Its words are those of a sender who has not deleted them: a deleted message is empty.
    """
    in_order = [message for message in as_they_came(messages) if message.type is not MessageType.DELETION]
    names = _names_of_events(in_order)
    words: dict[Saying, MessageContent] = {}
    for message in sorted(in_order, key=lambda message: message.key in deleted):
        words.setdefault(message.saying, message)
    since = {message.saying: message.received_at for message in reversed(in_order)}
    return {
        saying: replace(message, event_id=names[saying], received_at=since[saying]) for saying, message in words.items()
    }


def _names_of_events(in_order: Sequence[MessageContent]) -> dict[Saying, str]:
    """A name of the event that each saying is about: its id, for the sender who used that id first.

    Two senders' events are two, whatever they call them; they are one where the second sender's first word about it is
    what the first sender has said. The name stays the same when a message is deleted or another comes.
    """
    of_sender: dict[tuple[str, str, str], str] = {}
    names: dict[Saying, str] = {}
    for message in in_order:
        kind, event = ("event", message.event_id) if message.event_id else ("message", message.message_id)
        if (own := (message.sender, kind, event)) not in of_sender:
            name = event if event not in of_sender.values() else hashlib.sha256("|".join(own).encode()).hexdigest()
            of_sender[own] = names.get(message.saying, name)
        names.setdefault(message.saying, of_sender[own])
    return names
