"""Searches of the privacy pages: events, and a person by number."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people.identifiers.numbers import recognise
from brik.people.models import Person
from brik.people.name_search import matching
from brik.staff.access import require
from brik.staff.accounts import user_name
from brik.staff.models import Staff
from followup.desk.permissions import DeskPermission
from followup.insight.event_words import EventLine, lines
from followup.sharing.delivery import lateness
from followup.sharing.delivery.late_spans import LateReader
from followup.sharing.delivery.lateness import LateCount

EVENTS_A_PAGE = 50
BROKEN_DAYS = 30


def events(
    user: Staff,
    *,
    subject: UUID | None = None,
    actor: str = "",
    since: date | None = None,
    until: date | None = None,
    before: int | None = None,
) -> tuple[list[EventLine], int | None]:
    """A page of events, newest first, and the number to continue before. Two queries, however long the log is."""
    require(user, DeskPermission.READ_EVENTS)
    chosen = Event.objects.order_by("-pk")
    if subject:
        chosen = chosen.filter(subject=subject)
    if actor:
        staff = Staff.objects.filter(username=user_name(actor)).first()
        chosen = chosen.filter(actor=str(staff.pk) if staff else actor)
    if since:
        chosen = chosen.filter(at__gte=_start(since))
    if until:
        chosen = chosen.filter(at__lt=_start(until + timedelta(days=1)))
    if before:
        chosen = chosen.filter(pk__lt=before)
    shown = list(chosen[: EVENTS_A_PAGE + 1])
    more = shown[EVENTS_A_PAGE - 1].pk if len(shown) > EVENTS_A_PAGE else None
    return lines(shown[:EVENTS_A_PAGE]), more


def broken(user: Staff) -> list[EventLine]:
    """The findings of broken data in the last month, newest first."""
    require(user, DeskPermission.READ_EVENTS)
    since = timezone.now() - timedelta(days=BROKEN_DAYS)
    return lines(Event.objects.filter(verb=Verb.INTEGRITY_BROKEN, at__gte=since).order_by("-pk")[:EVENTS_A_PAGE])


def many_withdrawals(user: Staff) -> list[EventLine]:
    """The accounts that noted unusually many withdrawals in an hour of the last month: the last event of each."""
    require(user, DeskPermission.READ_EVENTS)
    since = timezone.now() - timedelta(days=BROKEN_DAYS)
    latest = Event.objects.filter(verb=Verb.WITHDRAWALS_MANY, at__gte=since).order_by("actor", "-pk").distinct("actor")
    return lines(sorted(latest, key=lambda event: -event.pk))


def late(user: Staff) -> list[LateCount]:
    """What has been late so long that the officer is told: the kinds with numbers, nobody named."""
    require(user, DeskPermission.READ_EVENTS)
    return [count for count in lateness.counts(LateReader.OFFICER) if count.number]


def people(user: Staff) -> QuerySet[Person]:
    """Everybody, for a user who may make extracts."""
    require(user, DeskPermission.EXTRACT)
    return Person.objects.with_stay()


def by_number(user: Staff, text: str) -> UUID | None:
    """The key of the person with this number; None when there is none. The search is an event."""
    require(user, DeskPermission.EXTRACT)
    if recognise(text) is None:
        return None
    return next(iter(matching(Person.objects.all(), text, by=user).people), None)


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
