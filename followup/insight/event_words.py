"""Events in words: what was done, and who did it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.staff.models import Staff

# Somebody looked at, printed or was shown something about the person.
READS = [
    Verb.PERSON_READ,
    Verb.CONSENT_TALK_READ,
    Verb.CONSENT_READ,
    Verb.CONSENT_PRINTED,
    Verb.MAPPING_READ,
    Verb.MAPPING_PRINTED,
    Verb.SECTION_READ,
    Verb.PREVIEW_READ,
    Verb.DELIVERY_READ,
    Verb.SUMMARY_READ,
    Verb.SUMMARY_PRINTED,
    Verb.SLIP_OPENED,
    Verb.EVENTS_READ,
]


@dataclass(frozen=True)
class EventLine:
    """One event, with the name of the person or process that did it."""

    event: Event
    who: str

    @property
    def what(self) -> str:
        return str(Verb(self.event.verb).label)

    @property
    def why(self) -> str:
        """Code, what it is about, and the words given as the reason, as far as the event has them."""
        return " ".join(filter(None, (self.event.reason, self.event.about, self.event.stated)))


def lines(found: list[Event] | QuerySet[Event]) -> list[EventLine]:
    """Events with names: staff by one query, processes by their own name."""
    found = list(found)
    ids = {event.actor for event in found if _is_uuid(event.actor)}
    names = {str(pk): name for pk, name in Staff.objects.filter(pk__in=ids).values_list("pk", "name")}
    return [EventLine(event, names.get(event.actor, event.actor)) for event in found]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
