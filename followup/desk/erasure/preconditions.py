"""What must be so before something is erased: nothing holds it, nothing goes on, and nothing waits to be sent."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from brik.arrivals.models import Message
from brik.arrivals.timeline.standings import WAITING as MESSAGE_WAITS
from brik.pages.refusal import Refused
from brik.people.models import Person
from brik.people.persons import not_released
from brik.slips.models import Slip
from consent.models import YES, Consent, Withdrawal
from followup.desk.erasure.refusals import ErasureRefusal
from followup.desk.models import StayChange
from followup.desk.retention.erasures import ErasureExtent
from followup.desk.retention.legal_holds import LegalHold
from followup.sharing.disclosure.states import WAITING as DELIVERY_WAITS
from followup.sharing.models import Delivery

People = Collection[UUID]


def _held(people: People) -> bool:
    return not LegalHold.objects.standing().people().isdisjoint(people)


def _still_permitted(people: People) -> bool:
    consents = Consent.objects.order_by().with_end(timezone.now()).filter(person__in=people, outcome__in=YES)
    return bool(consents.filter(ended_as=None).exists())


def _still_out(people: People) -> bool:
    return (
        Delivery.objects.filter(person__in=people, state__in=DELIVERY_WAITS).exists()
        or Withdrawal.objects.filter(person__in=people, receipt=None).exists()
        or StayChange.objects.unfinished().filter(person__in=people).exists()
    )


def _slip_unread(people: People) -> bool:
    return bool(Slip.objects.waiting().filter(person__in=people).exists())


def _in_custody(people: People) -> bool:
    staying = Person.objects.filter(pk__in=people, current_stay__isnull=False)
    return bool(staying.filter(not_released("current_stay__")).exists())


def _messages_wait(people: People) -> bool:
    about = Q(person__in=people) | Q(first_person__in=people) | Q(namesake__in=people)
    return bool(Message.objects.filter(about, fate__in=MESSAGE_WAITS).exists())


_OF_ALL: dict[ErasureRefusal, Callable[[People], bool]] = {
    ErasureRefusal.HELD: _held,
    ErasureRefusal.STILL_PERMITTED: _still_permitted,
    ErasureRefusal.STILL_OUT: _still_out,
    ErasureRefusal.SLIP_UNREAD: _slip_unread,
}
_OF_IDENTITY: dict[ErasureRefusal, Callable[[People], bool]] = {
    ErasureRefusal.IN_CUSTODY: _in_custody,
    ErasureRefusal.MESSAGES_WAIT: _messages_wait,
}


def hindrances(people: People, extent: ErasureExtent) -> list[ErasureRefusal]:
    """Everything that stops the erasure now."""
    asked = {**_OF_ALL, **(_OF_IDENTITY if extent is ErasureExtent.EVERYTHING else {})}
    return [why for why, stops in asked.items() if stops(people)]


def demand_possible(people: People, extent: ErasureExtent) -> None:
    """Raises :class:`Refused` with the first thing that stops it."""
    for why in hindrances(people, extent):
        raise Refused(why)
