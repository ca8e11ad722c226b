"""Counts for leaders: the house as it was last Monday, in fives, so that hardly a number follows what one person does.

A number that followed each consent and withdrawal would tell a leader who took it back: look before and after the talk.
So would one that followed a transfer: the bar that moves is that person's. The figures of a week are therefore written
down once, and only read until the next.

A leader knows by name who was offered a talk, so it is not enough that those mapped are some of many present: twelve
offered and ten mapped would tell what almost each of the twelve answered, and twelve of twelve what all did. A part is
therefore told only where enough of those offered are left out of it.

What is left: in a week in which nobody else was mapped, a leader who knows of one mapping may see a step of five.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brik.mapping.models import AreaState, Mapping, Section
from brik.mapping.questionnaire import catalogue
from brik.mapping.record.states import InterviewState
from brik.people.ages import minors
from brik.people.legal_status import MAPPED, QUESTIONNAIRE, LegalStatus
from brik.people.models import Person, Stay
from brik.staff.models import Unit
from consent.record.talks import with_offered
from followup.desk.models import WeeklyCount
from followup.desk.worklist.rows import FIRST_TALK_WITHIN, RELEASE_SOON
from followup.sharing.models import PartnerAnswer

# Numbers are told in steps of so many; below the first step nothing is told.
LEAST = 5
FEW = gettext_lazy("for få til å vises")
# Areas about the conversation itself; they say nothing of a life.
AROUND_THE_TALK = {"A", "L", "M", "VA", "VH"}


class Parts(NamedTuple):
    """What is done and what is left of a whole, in steps."""

    done: int
    left: int


@dataclass(frozen=True)
class Bar:
    """A line of a chart: so many of so many; no parts where they would tell of too few."""

    label: str
    parts: Parts | None


@dataclass(frozen=True)
class Counts:
    """The numbers of one kind of people in one unit; None where there are too few."""

    kind: LegalStatus
    present: int | None
    offered: Bar
    overdue: int | None
    areas: list[Bar]
    leaving: int | None
    leaving_answered: Bar

    def stored(self) -> dict[str, Any]:
        """As it is written down: what may be shown, and nothing finer."""
        return {
            "kind": self.kind.value,
            "present": self.present,
            "offered": self.offered.parts,
            "overdue": self.overdue,
            "areas": [[bar.label, bar.parts] for bar in self.areas],
            "leaving": self.leaving,
            "leaving_answered": self.leaving_answered.parts,
        }

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Counts:
        """What was written down. A figure that is newer than the week was not counted then, and is not told."""
        return cls(
            kind=LegalStatus(stored["kind"]),
            present=stored.get("present"),
            offered=Bar(_("Tilbudt samtale"), _parts(stored.get("offered"))),
            overdue=stored.get("overdue"),
            areas=[Bar(label, _parts(parts)) for label, parts in stored.get("areas", [])],
            leaving=stored.get("leaving"),
            leaving_answered=Bar(_("Har svar fra minst én mottaker"), _parts(stored.get("leaving_answered"))),
        )


def _parts(stored: list[int] | None) -> Parts | None:
    return Parts(*stored) if stored else None


def stepped(number: int) -> int | None:
    """The number rounded down to a step, if it is too large to point at anybody."""
    return number // LEAST * LEAST or None


def bar(label: str, done: int, total: int, *, known_left: int | None = None) -> Bar:
    """Both parts of a whole, or neither: the one would give away the other.

    ``known_left`` are those left whom the reader can name: so few of them would give away the others.
    """
    first, rest = stepped(done), stepped(total - done)
    few = known_left is not None and known_left < LEAST
    return Bar(label, Parts(first, rest) if first and rest and not few else None)


def last_monday() -> datetime:
    """The moment the numbers are of: the last midnight that began a Monday."""
    today = timezone.localdate()
    return timezone.make_aware(datetime.combine(today - timedelta(days=today.weekday()), time.min))


def of(unit: Unit, at: datetime) -> list[Counts]:
    """The unit's figures of the week that began ``at``: written by the first who asks, and the same for all after."""
    week = WeeklyCount.objects.filter(unit=unit, monday=timezone.localdate(at))
    if not week.exists():
        write(unit, at)
    return [Counts.read(stored) for stored in week.get().figures]


def write(unit: Unit, at: datetime) -> None:
    """Write down the figures of a week. Of two who do it at once the first is heard."""
    figures = [counts.stored() for counts in counted(unit, at)]
    row = WeeklyCount(unit=unit, monday=timezone.localdate(at), figures=figures)
    WeeklyCount.objects.bulk_create([row], ignore_conflicts=True)


def missing(at: datetime) -> list[Unit]:
    """The units whose figures of a week have not been written down."""
    written = WeeklyCount.objects.filter(unit=OuterRef("pk"), monday=timezone.localdate(at))
    return list(Unit.objects.filter(~Exists(written)).order_by("pk"))


def counted(unit: Unit, at: datetime) -> list[Counts]:
    """The figures as the tables tell them now, convicted and remand apart; they may not be added up to a third.

    Not to be shown: what is shown is written down first. A constant number of queries, whatever the size of the unit.
    Birthdays are opened to leave out who is under 18.
    """
    young = minors(_here(unit, at), on=timezone.localdate(at))
    return [_counted(kind, _here(unit, at, kind).exclude(pk__in=young), at) for kind in MAPPED]


def _here(unit: Unit, at: datetime, *kinds: LegalStatus) -> QuerySet[Person]:
    """Those who were in the unit at that moment, have not come to another since, and can be mapped."""
    stay = Stay.objects.filter(
        Q(released_at=None) | Q(released_at__gte=at),
        person=OuterRef("pk"),
        unit=unit,
        arrived_at__lt=at,
        legal_status__in=kinds or MAPPED,
    )
    return Person.objects.filter(Exists(stay), current_stay__unit=unit)


def _counted(kind: LegalStatus, here: QuerySet[Person], at: datetime) -> Counts:
    day = timezone.localdate(at)
    answers = PartnerAnswer.objects.filter(disclosure__person=OuterRef("pk"), given_at__lt=at)
    here = with_offered(here, before=at).annotate(answered=Exists(answers))
    late = Q(offered=False, current_stay__arrived_at__lt=at - FIRST_TALK_WITHIN)
    # The end of a remand order is no release: a court may extend it.
    soon = Q(current_stay__legal_status=LegalStatus.CONVICTED, current_stay__end_date__range=(day, day + RELEASE_SOON))
    numbers = here.aggregate(
        present=Count("pk"),
        were_offered=Count("pk", filter=Q(offered=True)),
        overdue=Count("pk", filter=late),
        leaving=Count("pk", filter=soon),
        have_answers=Count("pk", filter=soon & Q(answered=True)),
        without_answers=Count("pk", filter=soon & Q(offered=True, answered=False)),
    )
    return Counts(
        kind=kind,
        present=stepped(numbers["present"]),
        offered=bar(_("Tilbudt samtale"), numbers["were_offered"], numbers["present"]),
        overdue=stepped(numbers["overdue"]),
        areas=_areas(kind, here, numbers["present"], numbers["were_offered"], at),
        leaving=stepped(numbers["leaving"]),
        leaving_answered=bar(
            _("Har svar fra minst én mottaker"),
            numbers["have_answers"],
            numbers["leaving"],
            known_left=numbers["without_answers"],
        ),
    )


def _areas(kind: LegalStatus, here: QuerySet, present: int, offered: int, at: datetime) -> list[Bar]:
    """How many had been mapped in each life area then, by what was signed off and neither corrected nor restricted."""
    corrected = Mapping.objects.filter(corrects=OuterRef("mapping"), signed_off_at__lt=at)
    mapped = (
        Section.objects.filter(
            ~Exists(corrected),
            Q(mapping__restricted_at=None) | Q(mapping__restricted_at__gte=at),
            person__in=here.values("pk"),
            mapping__kind=QUESTIONNAIRE[kind],
            mapping__signed_off_at__lt=at,
            state=AreaState.DONE,
        )
        .exclude(mapping__state=InterviewState.IN_ERROR)
        .order_by()
        .values("area")
        .annotate(
            people=Count("person", distinct=True),
            were_offered=Count("person", distinct=True, filter=Q(person__in=here.filter(offered=True).values("pk"))),
        )
    )
    done = {row["area"]: row for row in mapped}
    none = {"people": 0, "were_offered": 0}
    return [
        bar(
            area.title["nb"],
            done.get(area.code, none)["people"],
            present,
            known_left=offered - done.get(area.code, none)["were_offered"],
        )
        for area in catalogue.get(QUESTIONNAIRE[kind]).areas
        if area.code not in AROUND_THE_TALK
    ]
