"""The people of a unit in the order in which a talk matters most. Ordered and paged in SQL."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    When,
)
from django.db.models.expressions import OrderBy
from django.utils import timezone

from brik.arrivals.xml.categories import PREVENTIVE_DETENTION
from brik.people.ages import minors
from brik.people.models import LegalStatus, Person
from brik.people.persons import not_released
from brik.staff.models import Staff
from consent.record.talks import with_offered
from followup.desk.worklist.filters import LATE, Narrowing
from followup.desk.worklist.rows import RELEASE_SOON, rows
from followup.desk.worklist.talk_status import TalkView, with_progress, with_standing
from followup.sharing.delivery.lateness import late_about

PAGE_SIZE = 25
# More than any unit has room for: the list that is printed.
WHOLE = 2000


def people(user: Staff, narrowing: Narrowing) -> QuerySet[Person]:
    """The people of the list, in order. Opens no names."""
    persons: QuerySet[Person] = Person.objects.visible_to(user).filter(current_stay__unit=narrowing.unit)
    if narrowing.when == LATE:
        # Also of those who have left: what was retracted then may not be confirmed yet.
        persons = persons.filter(late_about(OuterRef("pk")))
    else:
        here = not_released("current_stay__")
        persons = persons.filter(~here if narrowing.when == "loeslatt" else here)
    if narrowing.status:
        persons = persons.filter(current_stay__legal_status=narrowing.status)
    if narrowing.when == "ut":
        today = timezone.localdate()
        persons = persons.filter(current_stay__legal_status=LegalStatus.CONVICTED)
        persons = persons.filter(_date_ahead("end_date", today) | _date_ahead("two_thirds", today))
    if narrowing.when == "samtale":
        persons = with_offered(persons).filter(offered=False)
        persons = persons.exclude(current_stay__legal_status=LegalStatus.NOT_MAPPED_HERE)
        persons = persons.exclude(pk__in=minors(persons))
    if narrowing.standing:
        persons = _standing(persons, narrowing)
    return _ordered(persons)


def page(user: Staff, narrowing: Narrowing, number: str, *, whole: bool = False) -> Page:
    """One page of the list, or the ``whole`` on one. Only the people on the page are read and opened."""
    keys = people(user, narrowing).values_list("pk", flat=True)
    page = Paginator(keys, WHOLE if whole else PAGE_SIZE).get_page(number)
    page.object_list = rows(list(page.object_list), user)  # type: ignore[assignment]  # from keys to the rows of them
    return page


def _ordered(rows: QuerySet[Person]) -> QuerySet[Person]:
    """Convicted first, preventive detention before all, then the longest sentence; remand by arrival.

    Never by an answer: the place in a list would tell it.
    """
    convicted = Q(current_stay__legal_status=LegalStatus.CONVICTED)
    rows = rows.annotate(
        group=Case(
            When(convicted & Q(current_stay__category=PREVENTIVE_DETENTION), then=0),
            When(convicted, then=1),
            When(current_stay__legal_status=LegalStatus.REMAND, then=2),
            default=3,
            output_field=IntegerField(),
        ),
        length=Case(
            When(
                convicted,
                then=ExpressionWrapper(
                    F("current_stay__end_date") - F("current_stay__start_date"), output_field=DurationField()
                ),
            ),
            default=None,
            output_field=DurationField(),
        ),
    )
    order: list[str | OrderBy] = ["group", F("length").desc(nulls_last=True)]
    return rows.order_by(*order, "current_stay__arrived_at", "pk")


def _standing(rows: QuerySet[Person], narrowing: Narrowing) -> QuerySet[Person]:
    if narrowing.view is TalkView.OFFERED:
        return with_offered(rows).filter(offered=narrowing.standing == "tilbudt")
    if narrowing.view is TalkView.HELD:
        return with_progress(rows).filter(progress=narrowing.standing.upper())
    return with_standing(rows).filter(standing=narrowing.standing.upper())


def _date_ahead(name: str, today: date) -> Q:
    return Q(**{f"current_stay__{name}__range": (today, today + RELEASE_SOON)})
