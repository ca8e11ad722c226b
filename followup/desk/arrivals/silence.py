"""People in custody about whom the service has long sent nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from brik.arrivals.models import Message
from brik.arrivals.xml.messages import MADE_HERE
from brik.people.models import Person
from brik.people.persons import PersonQuerySet, not_released

# The day of the end, of a sentence or of a ruling on remand, has passed: a release or a new date should have come. A
# week leaves time for a weekend and for messages that wait at the sender.
AFTER_THE_END: Final = timedelta(days=7)
# In a long sentence nothing may happen for months. In a year there are leaves, dates or moves to tell of.
LONGEST_SILENCE: Final = timedelta(days=365)
# Somebody registered by hand, of whom the service has told nothing in that time, is perhaps not here any longer.
NEVER_TOLD_OF: Final = timedelta(days=14)


def silent(people: PersonQuerySet) -> PersonQuerySet:
    """Those of them in custody about whom no message has come for long, the longest first.

    Each has ``last_message``: when the service last sent something about them.
    """
    now, today = timezone.now(), timezone.localdate()
    of_service = Message.objects.filter(person=OuterRef("pk")).exclude(type__in=sorted(MADE_HERE))
    newest = of_service.order_by("-received_at").values("received_at")[:1]
    here: Any = people.filter(not_released("current_stay__")).annotate(last_message=Subquery(newest))
    unheard_since_the_end = Q(last_message=None) | Q(last_message__lt=now - AFTER_THE_END)
    found: PersonQuerySet = here.filter(
        Q(unheard_since_the_end, current_stay__end_date__lt=today - AFTER_THE_END)
        | Q(last_message__lt=now - LONGEST_SILENCE)
        | Q(last_message=None, current_stay__arrived_at__lt=now - NEVER_TOLD_OF)
    ).order_by("last_message", "current_stay__arrived_at", "pk")
    return found


@dataclass(frozen=True)
class SilentPerson:
    """One line of the list. Without a name where it does not open."""

    person: Person
    name: str | None
    last_message: datetime | None
    end_date: date | None


def silent_people(people: Iterable[Person]) -> list[SilentPerson]:
    """The lines of these people, who are read with their stays and keys."""
    return [
        SilentPerson(person, person.name_if_whole, vars(person)["last_message"], person.known_stay.end_date)
        for person in people
    ]
