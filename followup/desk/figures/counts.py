"""Counts for leaders: the units as they were last Monday, rounded down to fives.

The counts must not reveal what one person did. A count that changed with each consent or withdrawal would: a leader
could compare it before and after a talk. So would a count that changed with each transfer. The figures of a week are
therefore stored once and only read afterwards.

A leader knows by name who was offered a talk. Twelve offered and ten mapped would reveal what almost each of the
twelve answered. A part is therefore shown only when enough of those offered are outside it.

A known limit: in a week in which one person is mapped, a leader who knows of that mapping may see a step of five.
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

# Numbers are shown in steps of five; nothing is shown below the first step.
LEAST = 5
FEW = gettext_lazy("for få til å vises")
# Areas about the conversation itself, not about the person's life.
AROUND_THE_TALK = {"A", "L", "M", "VA", "VH"}


class Parts(NamedTuple):
    """The two parts of a whole, done and left, in steps."""

    done: int
    left: int


@dataclass(frozen=True)
class Bar:
    """A line of a chart; ``parts`` is None when they would be about too few."""

    label: str
    parts: Parts | None


@dataclass(frozen=True)
class Counts:
    """The numbers of one legal status in one unit; None where there are too few."""

    kind: LegalStatus
    present: int | None
    offered: Bar
    overdue: int | None
    areas: list[Bar]
    leaving: int | None
    leaving_answered: Bar

    def stored(self) -> dict[str, Any]:
        """What is stored: only what may be shown."""
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
        """Reads what was stored. A figure added later was not counted in that week, and is not shown."""
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
    """The number rounded down to a step; None when it is below the first step."""
    return number // LEAST * LEAST or None


def bar(label: str, done: int, total: int, *, known_left: int | None = None) -> Bar:
    """Both parts of a whole, or neither: one part would reveal the other.

    ``known_left`` counts those left whom the reader can name. Too few of them would reveal what the others did.
    """
    first, rest = stepped(done), stepped(total - done)
    few = known_left is not None and known_left < LEAST
    return Bar(label, Parts(first, rest) if first and rest and not few else None)


def last_monday() -> datetime:
    """The moment of the figures: the last midnight at which a Monday began."""
    today = timezone.localdate()
    return timezone.make_aware(datetime.combine(today - timedelta(days=today.weekday()), time.min))


def of(unit: Unit, at: datetime) -> list[Counts]:
    """The unit's figures of the week that began ``at``. The first reader stores them; later readers get the same."""
    week = WeeklyCount.objects.filter(unit=unit, monday=timezone.localdate(at))
    if not week.exists():
        write(unit, at)
    return [Counts.read(stored) for stored in week.get().figures]


def write(unit: Unit, at: datetime) -> None:
    """Store the figures of a week. When two do it at once, the first wins."""
    figures = [counts.stored() for counts in counted(unit, at)]
    row = WeeklyCount(unit=unit, monday=timezone.localdate(at), figures=figures)
    WeeklyCount.objects.bulk_create([row], ignore_conflicts=True)


def missing(at: datetime) -> list[Unit]:
    """The units whose figures of a week are not stored yet."""
    written = WeeklyCount.objects.filter(unit=OuterRef("pk"), monday=timezone.localdate(at))
    return list(Unit.objects.filter(~Exists(written)).order_by("pk"))


def counted(unit: Unit, at: datetime) -> list[Counts]:
    """Counts the figures of a unit from the tables, convicted and remand apart.

    They must not be shown before they are stored. A constant number of queries, whatever the size of the unit.
    Opens birthdays, to leave out those under 18.
    """
    young = minors(_here(unit, at), on=timezone.localdate(at))
    return [_counted(kind, _here(unit, at, kind).exclude(pk__in=young), at) for kind in MAPPED]


def _here(unit: Unit, at: datetime, *kinds: LegalStatus) -> QuerySet[Person]:
    """The people who were in the unit at that moment, have not moved since, and can be mapped."""
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
    """How many were mapped in each life area then: signed off, and neither corrected nor restricted."""
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
