"""Searches of the privacy pages: events, and a person by number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.definitions import date_bounds
from brik.definitions.name_comparison import folded, same_name
from brik.people.identifiers.numbers import recognise
from brik.people.models import Person
from brik.people.name_search import matching
from brik.staff.access import require
from brik.staff.accounts import user_name
from brik.staff.models import Staff
from followup.desk.permissions import DeskPermission
from followup.insight.event_words import (
    PROCESSES,
    READS,
    EventLine,
    PlacedLine,
    actor_places,
    is_uuid,
    lines,
    person_code,
    placed,
)
from followup.sharing.delivery import lateness
from followup.sharing.delivery.late_spans import LateReader
from followup.sharing.delivery.lateness import LateCount

EVENTS_A_PAGE = 50
BROKEN_DAYS = 30


class EventKind(StrEnum):
    """Which half of the log."""

    READS = "lest"
    OTHERS = "annet"


KINDS: Final[Mapping[EventKind, str | Promise]] = {
    EventKind.READS: gettext_lazy("Lest eller skrevet ut"),
    EventKind.OTHERS: gettext_lazy("Gjort, forsøkt eller nektet"),
}


@dataclass(frozen=True)
class EventNarrowing:
    """Which events to show, as codes: they stand in the address, which holds no name and no number of a person."""

    person: UUID | None = None
    actor: str = ""
    place: str = ""
    since: date | None = None
    until: date | None = None
    kind: str = ""

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> EventNarrowing:
        """From an address as :attr:`address` makes it. Raises ``ValueError`` for anything else."""
        person, since, until = sent.get("person"), sent.get("fra"), sent.get("til")
        actor, place = sent.get("ansatt", ""), sent.get("sted", "")
        if not re.fullmatch(r"[\w:.-]{0,64}", actor) or not re.fullmatch(r"(org:)?\w{0,20}", place):
            raise ValueError("a code of an employee or a place")
        kind = sent.get("hva", "")
        if kind not in ("", *EventKind):
            raise ValueError("a kind of event")
        return cls(
            UUID(person) if person else None,
            actor,
            place,
            _day(since) if since else None,
            _day(until) if until else None,
            kind,
        )

    @property
    def address(self) -> dict[str, str]:
        """What stands in the address."""
        values = {
            "person": self.person,
            "ansatt": self.actor,
            "sted": self.place,
            "fra": self.since,
            "til": self.until,
            "hva": self.kind,
        }
        return {name: str(value) for name, value in values.items() if value}


def events(
    user: Staff,
    chosen: EventNarrowing,
    *,
    places: Mapping[str, str],
    before: int | None = None,
    most: int = EVENTS_A_PAGE,
) -> tuple[list[PlacedLine], int | None]:
    """A page of events, newest first, and the number to continue before. A few queries, however long the log is."""
    require(user, DeskPermission.READ_EVENTS)
    found = narrowed(chosen)
    if before:
        found = found.filter(pk__lt=before)
    shown = list(found[: most + 1])
    more = shown[most - 1].pk if len(shown) > most else None
    return placed(lines(shown[:most]), places), more


def narrowed(chosen: EventNarrowing) -> QuerySet[Event]:
    """The events that are chosen, the newest first."""
    found = Event.objects.order_by("-pk")
    if chosen.kind:
        found = found.filter(verb__in=READS) if chosen.kind == EventKind.READS else found.exclude(verb__in=READS)
    if chosen.person:
        found = found.filter(subject=chosen.person)
    if chosen.actor:
        found = found.filter(actor=chosen.actor)
    if chosen.place:
        found = found.filter(unit__regex=rf"(^|\+){re.escape(chosen.place)}(\+|$)")
    if chosen.since:
        found = found.filter(at__gte=_start(chosen.since))
    if chosen.until:
        found = found.filter(at__lt=_start(chosen.until + timedelta(days=1)))
    return found


def _day(written: str) -> date:
    day = date.fromisoformat(written)
    if not date_bounds.is_within(day):
        raise ValueError("a day outside the calendar that is kept")
    return day


def places(user: Staff) -> dict[str, str]:
    """The units and recipients whose events can be chosen, by the codes that events hold."""
    require(user, DeskPermission.READ_EVENTS)
    return actor_places()


def people_called(user: Staff, text: str) -> list[UUID]:
    """The people with this number or name, in all units; the search is an event, and no name is told."""
    require(user, DeskPermission.READ_EVENTS)
    return matching(Person.objects.all(), text, by=user).people


def actors_called(user: Staff, text: str) -> list[str]:
    """The accounts with this name or user name, as events name them; a process by what the page calls it."""
    require(user, DeskPermission.READ_EVENTS)
    text = " ".join(text.split())
    everybody = list(Staff.objects.order_by("pk"))
    exact = [account for account in everybody if account.username == user_name(text) or same_name(account.name, text)]
    accounts = exact or [account for account in everybody if folded(text) in folded(account.name)][:2]
    processes = [code for code, words in PROCESSES.items() if text.casefold() == str(words).casefold()]
    return [account.actor_id for account in accounts] + processes


def narrowing_in_words(user: Staff, chosen: EventNarrowing, *, places: Mapping[str, str]) -> list[str]:
    """What is chosen, as the page tells it: the person by a short code, since the log's reader reads no names."""
    require(user, DeskPermission.READ_EVENTS)
    staff = Staff.objects.filter(pk=chosen.actor).first() if is_uuid(chosen.actor) else None
    actor = staff.name if staff else str(PROCESSES.get(chosen.actor, chosen.actor))
    words = [
        person_code(chosen.person) if chosen.person else "",
        actor,
        places.get(chosen.place, chosen.place),
        str(KINDS[EventKind(chosen.kind)]) if chosen.kind else "",
        _("fra og med %s") % date_format(chosen.since, "j. F Y") if chosen.since else "",
        _("til og med %s") % date_format(chosen.until, "j. F Y") if chosen.until else "",
    ]
    return [part for part in words if part]


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
