"""The worklist of a unit: who is here, in the order in which a talk matters most. Worked out and paged in SQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Case, DurationField, Exists, ExpressionWrapper, F, IntegerField
from django.db.models import OuterRef, Q, QuerySet, When
from django.utils import timezone

from brik.mapping.models import Mapping
from brik.mapping.states import State
from brik.people.access import scope_of
from brik.people.models import LegalStatus, Person, Staff, Stay, Unit
from brik.people.permissions import PeoplePermission
from followup.desk.standing import View, choices, view_of, with_offered, with_standing, words

PAGE_SIZE = 25
FIRST_TALK_WITHIN = timedelta(days=7)
RELEASE_SOON = timedelta(days=90)
PREVENTIVE = "Forvaring"


@dataclass(frozen=True)
class Row:
    """One line of the list. Holds a name in clear for as long as the page is drawn."""

    person: Person
    name: str
    stay: Stay
    standing: str
    due: date | None
    overdue: bool
    soon: date | None
    stays_in_norway: bool


@dataclass(frozen=True)
class Narrowing:
    """What the list is narrowed to. An unknown value narrows to nothing unknown: it is as if it were not there."""

    status: str = ""
    standing: str = ""
    when: str = ""
    unit: str = ""
    view: View = View.NOTHING
    standings: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def read(cls, given: dict[str, str], user: Staff) -> Narrowing:
        view = view_of(user)
        standings = choices(view)
        return cls(
            status=given.get("status", "") if given.get("status") in LegalStatus.values else "",
            standing=given.get("samtale", "") if given.get("samtale") in dict(standings) else "",
            when=given.get("frist", "") if given.get("frist") in dict(cls.times(view)) else "",
            unit=given.get("enhet", "") if given.get("enhet", "").isdecimal() else "",
            view=view,
            standings=standings,
        )

    @staticmethod
    def times(view: View) -> list[tuple[str, str]]:
        """Narrowing by time. Whether a first talk is due tells if one was held, so a decider cannot ask."""
        due = [] if view is View.NOTHING else [("samtale", "Første samtale må tas")]
        return [*due, ("ut", "Løslates innen 90 dager"), ("loeslatt", "Løslatt")]


def people(user: Staff, narrowing: Narrowing) -> QuerySet[Person]:
    """The people the list is of, in order, without names opened."""
    rows = Person.objects.visible_to(user).filter(current_stay__released_at__isnull=narrowing.when != "loeslatt")
    if narrowing.status:
        rows = rows.filter(current_stay__legal_status=narrowing.status)
    if narrowing.unit:
        rows = rows.filter(current_stay__unit=int(narrowing.unit))
    if narrowing.when == "ut":
        today = timezone.localdate()
        rows = rows.filter(_date_ahead("end_date", today) | _date_ahead("two_thirds", today))
    if narrowing.when == "samtale":
        rows = with_offered(rows).filter(offered=False).exclude(current_stay__legal_status=LegalStatus.NOT_MAPPED_HERE)
    if narrowing.standing:
        rows = _standing(rows, narrowing)
    return _ordered(rows, narrowing.view)


def page(user: Staff, narrowing: Narrowing, number: str) -> Page:
    """One page of the list: the people are found first, then only those shown are read and opened."""
    found = Paginator(people(user, narrowing).values_list("pk", flat=True), PAGE_SIZE).get_page(number)
    found.object_list = rows(list(found.object_list), user, narrowing.view)
    return found


def rows(pks: list, user: Staff, view: View) -> list[Row]:
    """What is shown of these people, in this order. Three queries and their keys, however many there are."""
    shown = Person.objects.visible_to(user).filter(pk__in=pks).select_related("current_stay__unit")
    if view is View.OFFERED:
        shown = with_offered(shown)
    elif view is not View.NOTHING:
        shown = with_offered(with_standing(shown))
    if view is View.WHOLE:
        shown = shown.annotate(stays=_stays_in_norway())
    by_pk = {person.pk: person for person in shown.with_keys()}
    return [_row(by_pk[pk], view) for pk in pks if pk in by_pk]


def _row(person: Person, view: View) -> Row:
    stay, today = person.current_stay, timezone.localdate()
    assert stay is not None  # noqa: S101 - nobody without a stay is in a list
    offered = getattr(person, "offered", True)
    waits = not offered and not stay.is_over and stay.legal_status != LegalStatus.NOT_MAPPED_HERE
    due = timezone.localdate(stay.arrived_at + FIRST_TALK_WITHIN) if waits else None
    ahead = [day for day in (stay.two_thirds, stay.end_date) if day and today <= day <= today + RELEASE_SOON]
    return Row(
        person=person,
        name=person.name,
        stay=stay,
        standing=words(getattr(person, "standing", ""), offered, view),
        due=due,
        overdue=due is not None and due < today,
        soon=min(ahead, default=None) if not stay.is_over else None,
        stays_in_norway=bool(getattr(person, "stays", False)),
    )


def _ordered(rows: QuerySet[Person], view: View) -> QuerySet[Person]:
    """Convicted first, preventive detention before all, then the longest sentence; remand by arrival."""
    convicted = Q(current_stay__legal_status=LegalStatus.CONVICTED)
    rows = rows.annotate(
        group=Case(
            When(convicted & Q(current_stay__category=PREVENTIVE), then=0),
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
    order = ["group", F("length").desc(nulls_last=True)]
    if view is View.WHOLE:
        # Known only to mappers, and only once the person has said it in an interview that is signed off.
        rows = rows.annotate(
            staying=Case(
                When(pk__in=Mapping.objects.filter(state=State.FINAL, stays_in_norway=True).values("person"), then=0),
                default=1,
                output_field=IntegerField(),
            )
        )
        order.append("staying")
    return rows.order_by(*order, "current_stay__arrived_at", "pk")


def _standing(rows: QuerySet[Person], narrowing: Narrowing) -> QuerySet[Person]:
    if narrowing.view is View.OFFERED:
        return with_offered(rows).filter(offered=narrowing.standing == "tilbudt")
    return with_standing(rows).filter(standing__in=narrowing.standing.upper().split("+"))


def _stays_in_norway() -> Exists:
    return Exists(Mapping.objects.filter(person=OuterRef("pk"), state=State.FINAL, stays_in_norway=True))


def _date_ahead(name: str, today: date) -> Q:
    return Q(**{f"current_stay__{name}__range": (today, today + RELEASE_SOON)})


def units_of(user: Staff) -> list[Unit]:
    """The units to choose from: those where the user has a post and may see people."""
    scope = scope_of(user, PeoplePermission.SEE_PEOPLE)
    if not isinstance(scope, frozenset):
        return []
    return sorted({post.unit for post in user.current_posts if post.unit_id in scope}, key=str)
