"""The worklist of a unit: who is here, in the order in which a talk matters most. Worked out and paged in SQL."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    When,
)
from django.db.models.expressions import OrderBy
from django.utils import timezone

from brik.arrivals.xml.categories import PREVENTIVE_DETENTION
from brik.mapping.models import Mapping
from brik.mapping.record.states import InterviewState
from brik.people.ages import minors
from brik.people.models import LegalStatus, Person
from brik.staff.models import Staff
from consent.record.talks import with_offered
from followup.desk.worklist.filters import Narrowing
from followup.desk.worklist.rows import RELEASE_SOON, rows
from followup.desk.worklist.talk_status import TalkView, with_standing

PAGE_SIZE = 25


def people(user: Staff, narrowing: Narrowing) -> QuerySet[Person]:
    """The people the list is of, in order, without names opened."""
    found: QuerySet[Person] = Person.objects.visible_to(user).filter(
        current_stay__unit=narrowing.unit, current_stay__released_at__isnull=narrowing.when != "loeslatt"
    )
    if narrowing.status:
        found = found.filter(current_stay__legal_status=narrowing.status)
    if narrowing.when == "ut":
        today = timezone.localdate()
        found = found.filter(current_stay__legal_status=LegalStatus.CONVICTED)
        found = found.filter(_date_ahead("end_date", today) | _date_ahead("two_thirds", today))
    if narrowing.when == "samtale":
        found = with_offered(found).filter(offered=False)
        found = found.exclude(current_stay__legal_status=LegalStatus.NOT_MAPPED_HERE)
        found = found.exclude(pk__in=minors(found))
    if narrowing.standing:
        found = _standing(found, narrowing)
    return _ordered(found, narrowing.view)


def page(user: Staff, narrowing: Narrowing, number: str) -> Page:
    """One page of the list: the people are found first, then only those shown are read and opened."""
    found = Paginator(people(user, narrowing).values_list("pk", flat=True), PAGE_SIZE).get_page(number)
    found.object_list = rows(list(found.object_list), user)  # type: ignore[assignment]  # from keys to the rows of them
    return found


def _ordered(rows: QuerySet[Person], view: TalkView) -> QuerySet[Person]:
    """Convicted first, preventive detention before all, then the longest sentence; remand by arrival."""
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
    if view is TalkView.WHOLE:
        # Known only to mappers, and only once the person has said it in an interview that is signed off.
        rows = rows.annotate(
            staying=Case(
                When(
                    pk__in=Mapping.objects.filter(state=InterviewState.FINAL, stays_in_norway=True).values("person"),
                    then=0,
                ),
                default=1,
                output_field=IntegerField(),
            )
        )
        order.append("staying")
    return rows.order_by(*order, "current_stay__arrived_at", "pk")


def _standing(rows: QuerySet[Person], narrowing: Narrowing) -> QuerySet[Person]:
    if narrowing.view is TalkView.OFFERED:
        return with_offered(rows).filter(offered=narrowing.standing == "tilbudt")
    return with_standing(rows).filter(standing__in=narrowing.standing.upper().split("+"))


def _date_ahead(name: str, today: date) -> Q:
    return Q(**{f"current_stay__{name}__range": (today, today + RELEASE_SOON)})
