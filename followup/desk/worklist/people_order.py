"""The people of a list: narrowed, ordered and paged in SQL, and only those of one page opened."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Q, QuerySet
from django.utils import timezone

from brik.definitions.name_order import order_of
from brik.people.ages import minors
from brik.people.models import LegalStatus, Person
from brik.people.persons import PersonQuerySet, not_released
from brik.people.stays.placements import whose_officer_is
from brik.people.stays.release_day import likely_day
from brik.staff.models import Staff
from consent.record.talks import with_offered
from followup.desk.worklist.filters import LATE, RELEASED, Narrowing
from followup.desk.worklist.list_tabs import ListTab, is_urgent
from followup.desk.worklist.release_words import RELEASE_SOON
from followup.desk.worklist.rows import rows
from followup.desk.worklist.sorting import Order, Sorting, in_sql
from followup.desk.worklist.talk_status import TalkView, with_progress, with_standing
from followup.sharing.delivery.lateness import late_about

PAGE_SIZE = 25
# More than any unit has room for: the list that is printed.
WHOLE = 5000


def people(user: Staff, narrowing: Narrowing) -> QuerySet[Person]:
    """The people of the list, in order. Opens no names."""
    persons = _in_unit(user, narrowing)
    if narrowing.when == LATE:
        # Also of those who have left: what was retracted then may not be confirmed yet.
        persons = persons.filter(late_about(OuterRef("pk")))
    else:
        here = not_released("current_stay__")
        persons = persons.filter(~here if narrowing.when == RELEASED else here)
    if narrowing.tab is ListTab.MINE:
        persons = persons.filter(whose_officer_is(user))
    if narrowing.tab is ListTab.URGENT:
        persons = with_offered(persons).filter(is_urgent(narrowing.view))
    if narrowing.ward:
        persons = persons.filter(placement__ward=narrowing.ward, placement__unit=narrowing.unit)
    if narrowing.status:
        persons = persons.filter(current_stay__legal_status=narrowing.status)
    if narrowing.when == "ut":
        today = timezone.localdate()
        persons = persons.filter(likely_day__range=(today, today + RELEASE_SOON))
    if narrowing.when == "samtale":
        persons = with_offered(persons).filter(offered=False)
        persons = persons.exclude(current_stay__legal_status=LegalStatus.NOT_MAPPED_HERE)
        persons = persons.exclude(pk__in=minors(persons))
    if narrowing.standing:
        persons = _standing(persons, narrowing)
    return in_sql(persons, _sorting(narrowing))


def page(user: Staff, narrowing: Narrowing, number: str, *, whole: bool = False) -> Page:
    """One page of the list, or the ``whole`` on one. Only the people on the page are read and opened.

    The order of names is the exception: every name of the list is opened for it, as for a search.
    """
    listed = people(user, narrowing)
    keys: Any = listed.values_list("pk", flat=True)
    if narrowing.sorting.order is Order.NAME:
        keys = _by_name(Person.objects.filter(pk__in=keys.order_by()), downwards=narrowing.sorting.downwards)
    page = Paginator(keys, WHOLE if whole else PAGE_SIZE).get_page(number)
    page.object_list = rows(list(page.object_list), user)
    return page


def tab_counts(user: Staff, narrowing: Narrowing) -> dict[ListTab, int]:
    """How many people of the unit stand in each list that the user has there; one query."""
    persons = with_offered(_in_unit(user, narrowing).filter(not_released("current_stay__")))
    of_tab = {ListTab.MINE: whose_officer_is(user), ListTab.URGENT: is_urgent(narrowing.view), ListTab.ALL: Q()}
    counts = persons.order_by().aggregate(
        **{tab.name: Count("pk", filter=condition) for tab, condition in of_tab.items() if tab in narrowing.tabs}
    )
    return {tab: counts[tab.name] for tab in narrowing.tabs}


def _in_unit(user: Staff, narrowing: Narrowing) -> QuerySet[Any]:
    persons: QuerySet[Any] = Person.objects.visible_to(user).filter(current_stay__unit=narrowing.unit)
    persons = persons.annotate(likely_day=likely_day("current_stay__", on=timezone.localdate()))
    return persons


def _sorting(narrowing: Narrowing) -> Sorting:
    """Of those who have left, the last stand first."""
    sorting = narrowing.sorting
    if narrowing.when == RELEASED and sorting.order is Order.RELEASE:
        return Sorting(sorting.order, downwards=not sorting.downwards)
    return sorting


def _by_name(persons: PersonQuerySet, *, downwards: bool) -> list[UUID]:
    """The keys by name; a name that does not open comes last, and nothing is told of it here."""
    broken: set[UUID] = set()
    named = []
    for pk, identity in persons.order_by("pk").opened("identity", broken=broken):
        parts = identity or {}
        name = " ".join(filter(None, [parts.get("given"), parts.get("middle"), parts.get("family")]))
        named.append((order_of(name), pk))
    return [pk for _, pk in sorted(named, reverse=downwards)] + sorted(broken)


def _standing(rows: QuerySet[Person], narrowing: Narrowing) -> QuerySet[Person]:
    if narrowing.view is TalkView.OFFERED:
        return with_offered(rows).filter(offered=narrowing.standing == "tilbudt")
    if narrowing.view is TalkView.HELD:
        return with_progress(rows).filter(progress=narrowing.standing.upper())
    return with_standing(rows).filter(standing=narrowing.standing.upper())
