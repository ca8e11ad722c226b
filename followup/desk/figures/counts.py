"""Counts for leaders: the units as they were last Monday, rounded down to fives.

The counts must not reveal what one person did. A count that changed with each transfer or talk would: a leader could
compare it before and after. The figures of a week are therefore stored once and only read afterwards.

Nothing that is taken back changes a figure: who was mapped or answered about during the stay is counted ever after,
whatever was refused, withdrawn, expired, corrected or restricted since. How often the figures that depend on a yes
change is decided in ``consent_bars``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from brik.mapping.models import AreaState, Section
from brik.mapping.questionnaire import catalogue
from brik.people.ages import minors
from brik.people.legal_status import MAPPED, QUESTIONNAIRE, LegalStatus
from brik.people.models import Person, Stay
from brik.people.stays.release_day import likely_day
from brik.staff.models import Unit
from consent.record.talks import with_offered
from followup.desk.figures.consent_bars import ConsentBar, Week, next_bar
from followup.desk.figures.rounding import Bar, Parts, parts_of, stepped
from followup.desk.models import WeeklyCount
from followup.desk.worklist.release_words import RELEASE_SOON
from followup.desk.worklist.rows import FIRST_TALK_WITHIN
from followup.sharing.models import PartnerAnswer

# Areas about the conversation itself, not about the person's life.
AROUND_THE_TALK = {"A", "L", "M", "VA", "VH"}
ANSWERED = "svar"


@dataclass(frozen=True)
class Counts:
    """The numbers of one legal status in one unit; None where there are too few."""

    kind: LegalStatus
    present: int | None
    offered: Bar
    overdue: int | None
    areas: list[ConsentBar]
    leaving: int | None
    leaving_answered: ConsentBar

    def stored(self) -> dict[str, Any]:
        """What is stored: what is shown, or was."""
        return {
            "kind": self.kind.value,
            "present": self.present,
            "offered": self.offered.parts,
            "overdue": self.overdue,
            "areas": [bar.stored() for bar in self.areas],
            "leaving": self.leaving,
            "leaving_answered": self.leaving_answered.stored(),
        }

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Counts:
        """Reads what was stored. A figure added later was not counted in that week, and is not shown."""
        offered, answered = stored.get("offered"), stored.get("leaving_answered")
        return cls(
            kind=LegalStatus(stored["kind"]),
            present=stored.get("present"),
            offered=Bar(_("Tilbudt samtale"), Parts(*offered) if offered else None),
            overdue=stored.get("overdue"),
            areas=[ConsentBar.read(bar) for bar in stored.get("areas", [])],
            leaving=stored.get("leaving"),
            leaving_answered=ConsentBar.read(answered) if answered else _answered_bar(),
        )

    def bar(self, code: str) -> ConsentBar | None:
        """The figure with this code."""
        return next((bar for bar in (*self.areas, self.leaving_answered) if bar.code == code), None)


def _answered_bar() -> ConsentBar:
    return ConsentBar(ANSWERED, _("Har svar fra minst én mottaker"))


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
    """Counts the figures of a unit from the tables and the figures before, convicted and remand apart.

    They must not be shown before they are stored. A constant number of queries, whatever the size of the unit.
    Opens birthdays, to leave out those under 18.
    """
    day = timezone.localdate(at)
    young = minors(_here(unit, at), on=day)
    before = WeeklyCount.objects.filter(unit=unit, monday__lt=day).order_by("-monday").first()
    earlier = {counts.kind: counts for counts in map(Counts.read, before.figures)} if before else {}
    groups = {kind: _group(kind, _here(unit, at, kind).exclude(pk__in=young), at) for kind in MAPPED}
    offered = sum(group.numbers["were_offered"] for group in groups.values())
    week = Week(day, before.monday if before else None, offered)
    return [_counted(kind, group, earlier.get(kind), week) for kind, group in groups.items()]


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


@dataclass(frozen=True)
class _Group:
    """The people of one legal status in a unit, as counted from the tables."""

    numbers: dict[str, int]
    # For each area, on which day each of those mapped in it was so first.
    mapped: Dictionary[str, list[date]]
    # The days on which somebody first answered about those who leave soon.
    answered: list[date]


def _group(kind: LegalStatus, here: QuerySet[Person], at: datetime) -> _Group:
    day = timezone.localdate(at)
    here = with_offered(here, before=at).annotate(likely_day=likely_day("current_stay__", on=day))
    late = Q(offered=False, current_stay__arrived_at__lt=at - FIRST_TALK_WITHIN)
    # The end of a remand order is no release: a court may extend it.
    soon = Q(current_stay__legal_status=LegalStatus.CONVICTED, likely_day__range=(day, day + RELEASE_SOON))
    return _Group(
        numbers=here.aggregate(
            present=Count("pk"),
            were_offered=Count("pk", filter=Q(offered=True)),
            overdue=Count("pk", filter=late),
            leaving=Count("pk", filter=soon),
            leaving_offered=Count("pk", filter=soon & Q(offered=True)),
        ),
        mapped=_mapped(kind, here, at),
        answered=_answered(here.filter(soon), at) if kind is LegalStatus.CONVICTED else [],
    )


def _mapped(kind: LegalStatus, here: QuerySet[Person], at: datetime) -> Dictionary[str, list[date]]:
    """Who was ever mapped in each area during the stay, by the day of the first signing off.

    The state of the interview is not asked: it tells what was withdrawn, refused, corrected or found to be an error.
    """
    firsts = (
        Section.objects.filter(
            person__in=here.values("pk"),
            mapping__kind=QUESTIONNAIRE[kind],
            mapping__signed_off_at__gte=F("person__current_stay__arrived_at"),
            mapping__signed_off_at__lt=at,
            state=AreaState.DONE,
        )
        .order_by()
        .values("area", "person")
        .annotate(first=Min("mapping__signed_off_at"))
    )
    days: dict[str, list[date]] = defaultdict(list)
    for area, first in firsts.values_list("area", "first"):
        days[area].append(timezone.localdate(first))
    return days


def _answered(leaving: QuerySet[Person], at: datetime) -> list[date]:
    """The day on which a recipient first answered about each of these people during the stay."""
    firsts = (
        PartnerAnswer.objects.filter(
            disclosure__person__in=leaving.values("pk"),
            given_at__gte=F("disclosure__person__current_stay__arrived_at"),
            given_at__lt=at,
        )
        .order_by()
        .values("disclosure__person")
        .annotate(first=Min("given_at"))
    )
    return [timezone.localdate(first) for first in firsts.values_list("first", flat=True)]


def _counted(kind: LegalStatus, group: _Group, before: Counts | None, week: Week) -> Counts:
    numbers = group.numbers

    def bar(fresh: ConsentBar, days: list[date], *, whole: int, offered: int) -> ConsentBar:
        earlier = before.bar(fresh.code) if before else None
        return next_bar(earlier or fresh, days, week, whole=whole, offered=offered)

    return Counts(
        kind=kind,
        present=stepped(numbers["present"]),
        offered=Bar(_("Tilbudt samtale"), parts_of(numbers["were_offered"], numbers["present"])),
        overdue=stepped(numbers["overdue"]),
        areas=[
            bar(
                ConsentBar(area.code, area.title["nb"]),
                group.mapped.get(area.code, []),
                whole=numbers["present"],
                offered=numbers["were_offered"],
            )
            for area in catalogue.get(QUESTIONNAIRE[kind]).areas
            if area.code not in AROUND_THE_TALK
        ],
        leaving=stepped(numbers["leaving"]),
        leaving_answered=bar(
            _answered_bar(), group.answered, whole=numbers["leaving"], offered=numbers["leaving_offered"]
        ),
    )
