"""Counts for leaders. Nothing is shown that could tell of one person: fewer than five are never counted out loud."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from brik.mapping import questions
from brik.mapping.models import AreaState, Section
from brik.mapping.states import State
from brik.people.access import scope_of
from brik.people.models import LegalStatus, Person, Staff, Unit
from brik.people.permissions import PeoplePermission
from consent.offered import with_offered
from followup.desk.worklist import FIRST_TALK_WITHIN, RELEASE_SOON
from followup.sharing.models import Answer

LEAST = 5
# Areas about the conversation itself; they say nothing of a life.
AROUND_THE_TALK = {"A", "L", "M"}


@dataclass(frozen=True)
class Bar:
    """A line of a chart: so many of so many; None where it would tell of too few."""

    label: str
    done: int | None
    left: int | None
    share: int = 0

    @property
    def suppressed(self) -> bool:
        return self.done is None


@dataclass(frozen=True)
class Counts:
    """All the numbers of one unit."""

    unit: Unit
    present: int | None
    offered: Bar
    overdue: int | None
    areas: list[Bar]
    leaving: int | None
    leaving_answered: Bar


def at_least(number: int) -> int | None:
    """The number, if it is too large to point at anybody."""
    return number if number >= LEAST else None


def bar(label: str, done: int, total: int) -> Bar:
    """Both parts of a whole, or neither: the one would give away the other."""
    left = total - done
    if done < LEAST or left < LEAST:
        return Bar(label, None, None)
    return Bar(label, done, left, round(100 * done / total))


def units_of(user: Staff) -> list[Unit]:
    scope = scope_of(user, PeoplePermission.SEE_COUNTS)
    if not isinstance(scope, frozenset):
        return []
    return sorted({post.unit for post in user.current_posts if post.unit and post.unit_id in scope}, key=str)


def of(unit: Unit, user: Staff) -> Counts:
    """The numbers of a unit the user may count. Six queries, whatever its size; nothing is opened."""
    today = timezone.localdate()
    here = with_offered(
        Person.objects.visible_to(user)
        .filter(current_stay__unit=unit, current_stay__released_at=None)
        .exclude(current_stay__legal_status=LegalStatus.NOT_MAPPED_HERE)
    )
    late = Q(offered=False, current_stay__arrived_at__lt=timezone.now() - FIRST_TALK_WITHIN)
    # The end of a remand order is no release: a court may extend it.
    soon = Q(
        current_stay__legal_status=LegalStatus.CONVICTED, current_stay__end_date__range=(today, today + RELEASE_SOON)
    )
    numbers = here.aggregate(
        present=Count("pk"),
        were_offered=Count("pk", filter=Q(offered=True)),
        overdue=Count("pk", filter=late),
        leaving=Count("pk", filter=soon),
    )
    answered = here.filter(soon).annotate(answered=_answered()).filter(answered=True).count()
    return Counts(
        unit=unit,
        present=at_least(numbers["present"]),
        offered=bar(_("Tilbudt samtale"), numbers["were_offered"], numbers["present"]),
        overdue=at_least(numbers["overdue"]),
        areas=_areas(here, numbers["present"]),
        leaving=at_least(numbers["leaving"]),
        leaving_answered=bar(_("Har svar fra minst én mottaker"), answered, numbers["leaving"]),
    )


def _areas(here, present: int) -> list[Bar]:
    mapped = (
        Section.objects.filter(person__in=here.values("pk"), mapping__state=State.FINAL, state=AreaState.DONE)
        .order_by()
        .values("mapping__kind", "area")
        .annotate(people=Count("person", distinct=True))
    )
    by_title: dict[str, int] = {}
    for row in mapped:
        title = next(
            (area.title["nb"] for area in questions.get(row["mapping__kind"]).areas if area.code == row["area"]), ""
        )
        by_title[title] = by_title.get(title, 0) + row["people"]
    areas = questions.get("domfelt").areas
    titles = dict.fromkeys(area.title["nb"] for area in areas if area.code not in AROUND_THE_TALK)
    return [bar(title, by_title.get(title, 0), present) for title in titles]


def _answered() -> Exists:
    return Exists(Answer.objects.filter(disclosure__person=OuterRef("pk")))
