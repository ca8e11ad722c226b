"""Which numbers that staff have written by hand are in use.

Part of the timeline, and pure as it is. A leader's yes is kept, and takes effect when nothing but what the leader may
know makes it do so: otherwise a number that is tried would tell who is in custody elsewhere. A number is in use when

- the messages of the service place it in the unit where it was written, then or later; or
- a leader of another unit, where somebody has the number, has said yes too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from brik.arrivals.timeline.standings import BY_HAND, BY_HAND_ELSEWHERE
from brik.arrivals.xml.messages import MADE_HERE, MessageContent, MessageType
from brik.people.identifiers.numbers import Number

# A number of somebody who has one already is in use together with that one.
FEWEST_IN_USE = {MessageType.BY_HAND: 1, MessageType.NUMBER_BY_HAND: 2}


def numbers_in_use(
    counting: Iterable[MessageContent], answers: Mapping[tuple[str, str], bool]
) -> dict[str, frozenset[Number]]:
    """The numbers in use of each message that staff have written, by its id; those with none are left out."""
    messages = list(counting)
    placing = sorted(
        (message for message in messages if message.type not in MADE_HERE and message.place),
        key=lambda message: (message.happened_at or message.order[0], message.order),
    )
    found: dict[str, frozenset[Number]] = {}
    for message in messages:
        if message.type not in MADE_HERE or not answers.get((message.message_id, BY_HAND)):
            continue
        numbers = message.numbers
        if not answers.get((message.message_id, BY_HAND_ELSEWHERE)):
            numbers = frozenset(number for number in numbers if _is_placed(number, message, placing))
        if len(numbers) >= FEWEST_IN_USE[message.type]:
            found[message.message_id] = numbers
    return found


def _is_placed(number: Number, written: MessageContent, placing: Iterable[MessageContent]) -> bool:
    """Whether the service places the number in the unit where it was written, when it was written or later."""
    if written.place is None:
        return False
    since = written.happened_at or written.order[0]
    places = [message for message in placing if number in message.numbers]
    left = {earlier.message_id for earlier, later in pairwise(places) if (later.happened_at or later.order[0]) <= since}
    return any(
        message.place is not None and message.place.number == written.place.number and message.message_id not in left
        for message in places
    )
