"""Audit events in words: what was done, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.staff.models import Staff

# Verbs of reading: somebody read, printed or was shown something about the person.
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
# Everything else: changes, attempts and sign-in; lists and searches too, which are about no single person.
OTHERS = [
    Verb.LOGIN,
    Verb.LOGIN_FAILED,
    Verb.LOGOUT,
    Verb.SCREEN_HIDDEN,
    Verb.REFUSED,
    Verb.BAD_REQUEST,
    Verb.INTEGRITY_BROKEN,
    Verb.MESSAGE_ACCEPTED,
    Verb.MESSAGE_DUPLICATE,
    Verb.MESSAGE_PARKED,
    Verb.MESSAGE_REJECTED,
    Verb.MESSAGE_RESOLVED,
    Verb.PERSON_CREATED,
    Verb.PERSON_CHANGED,
    Verb.PEOPLE_LISTED,
    Verb.SLIP_TURNED,
    Verb.SLIPS_LISTED,
    Verb.PEOPLE_SEARCHED,
    Verb.RESTRICTIONS_CHANGED,
    Verb.RESTRICTIONS_RULED,
    Verb.STAFF_CHANGED,
    Verb.MAPPER_APPROVED,
    Verb.CONSENT_TALK_STARTED,
    Verb.CONSENT_TALK_SAVED,
    Verb.CONSENT_GIVEN,
    Verb.CONSENT_REFUSED,
    Verb.CONSENT_DEFERRED,
    Verb.CONSENT_ENDED,
    Verb.CONSENT_RESTORED,
    Verb.WITHDRAWAL_NOTED,
    Verb.WITHDRAWALS_MANY,
    Verb.MAPPING_OPENED,
    Verb.HELP_SHOWN,
    Verb.HELP_CALLED,
    Verb.SECTION_SAVED,
    Verb.SECTION_DRAFTED,
    Verb.MAPPING_TAKEN_OVER,
    Verb.MAPPING_SIGNED_OFF,
    Verb.MAPPING_CORRECTED,
    Verb.MAPPING_CLOSED,
    Verb.MAPPING_RESTRICTED,
    Verb.MAPPING_IN_ERROR,
    Verb.MAPPING_RESTORED,
    Verb.GATE_OPENED,
    Verb.GATE_CLOSED,
    Verb.DISCLOSED,
    Verb.DELIVERY_ATTEMPTED,
    Verb.DELIVERY_ACCEPTED,
    Verb.DELIVERY_FAILED,
    Verb.DELIVERY_PARKED,
    Verb.DELIVERY_RESENT,
    Verb.DELIVERY_CANCELLED,
    Verb.RETRACTED,
    Verb.RECEIPT_RECEIVED,
    Verb.RECEIPT_REJECTED,
    Verb.INBOX_LISTED,
    Verb.SUMMARY_ANSWERED,
    Verb.DISPOSAL_ASKED,
    Verb.DISPOSAL_ANSWERED,
    Verb.ADMINISTERED,
]


@dataclass(frozen=True)
class EventLine:
    """One event, with the name of whoever did it: a person or a process."""

    event: Event
    who: str

    @property
    def what(self) -> str:
        return str(Verb(self.event.verb).label)

    @property
    def why(self) -> str:
        """The reason's code, what it is about, and the reason in somebody's words, as far as the event has them."""
        return " ".join(filter(None, (self.event.reason, self.event.about, self.event.stated)))


def lines(events: list[Event] | QuerySet[Event]) -> list[EventLine]:
    """Events with names. One query finds the names of staff; processes have their own."""
    events = list(events)
    ids = {event.actor for event in events if _is_uuid(event.actor)}
    names = {str(pk): name for pk, name in Staff.objects.filter(pk__in=ids).values_list("pk", "name")}
    return [EventLine(event, names.get(event.actor, event.actor)) for event in events]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
