"""The worklist of a unit: who is here, in the order in which a talk matters most. Worked out and paged in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    DurationField,
    Exists,
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
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brik.mapping.models import Mapping
from brik.mapping.states import State
from brik.people.access import scope_of
from brik.people.ages import is_minor, minors
from brik.people.models import LegalStatus, Person, Staff, Stay, Unit
from brik.people.permissions import PeoplePermission
from consent.offered import with_offered
from followup.desk.standing import View, choices, view_of, with_standing, words
from followup.sharing.models import Answer, Delivery
from followup.sharing.models import State as DeliveryState
from followup.sharing.permissions import SharingPermission

PAGE_SIZE = 25
FIRST_TALK_WITHIN = timedelta(days=7)
RELEASE_SOON = timedelta(days=90)
PREVENTIVE = "Forvaring"


class FollowUp(Enum):
    """What has come of sharing that somebody here should look at; for those who see deliveries."""

    STUCK = ("PARKED", _("Sending må følges opp"))
    ANSWERED = ("ANSWERED", _("Svar fra mottaker"))

    def __init__(self, code: str, label: str) -> None:
        self.code, self.label = code, label


@dataclass(frozen=True)
class Row:
    """One line of the list. Holds a name in clear for as long as the page is drawn."""

    person: Person
    name: str
    stay: Stay
    view: View
    standing: str
    due: date | None
    overdue: bool
    soon: date | None
    stays_in_norway: bool
    follow_up: FollowUp | None


@dataclass(frozen=True)
class Narrowing:
    """What is shown: one unit, since what one may see differs between units, and what the list is narrowed to.

    An unknown value is as if it were not there.
    """

    unit: Unit | None
    units: list[Unit]
    view: View
    status: str = ""
    standing: str = ""
    when: str = ""

    @classmethod
    def read(cls, given: dict[str, str], user: Staff) -> Narrowing:
        units = units_of(user)
        unit = next((unit for unit in units if str(unit.pk) == given.get("enhet")), units[0] if units else None)
        view = view_of(user, unit.pk if unit else None)
        return cls(
            unit=unit,
            units=units,
            view=view,
            status=_known(given.get("status"), _statuses()),
            standing=_known(given.get("samtale"), choices(view)),
            when=_known(given.get("frist"), times(view)),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.status or self.standing or self.when)

    @property
    def sees_standing(self) -> bool:
        return self.view is not View.NOTHING

    @property
    def statuses(self) -> list[tuple[str, str]]:
        return _statuses()

    @property
    def standings(self) -> list[tuple[str, str]]:
        return choices(self.view)

    @property
    def times(self) -> list[tuple[str, str]]:
        return times(self.view)


def _statuses() -> list[tuple[str, str]]:
    return [(code, str(label)) for code, label in LegalStatus.choices]


def times(view: View) -> list[tuple[str, str]]:
    """Narrowing by time. Whether a first talk is due tells if one was held, so a decider cannot ask."""
    due = [] if view is View.NOTHING else [("samtale", gettext("Første samtale må tas"))]
    return [*due, ("ut", gettext("Løslates innen 90 dager")), ("loeslatt", gettext("Løslatt"))]


def units_of(user: Staff) -> list[Unit]:
    """The units to choose from: those where the user has a post and may see people."""
    scope = scope_of(user, PeoplePermission.SEE_PEOPLE)
    if not isinstance(scope, frozenset):
        return []
    return sorted({post.unit for post in user.current_posts if post.unit and post.unit_id in scope}, key=str)


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
    found.object_list = rows(list(found.object_list), user)  # type: ignore[assignment]
    return found


def rows(pks: list[UUID], user: Staff) -> list[Row]:
    """What is shown of these people, in this order. A constant number of queries, however many there are."""
    views = {unit.pk: view_of(user, unit.pk) for unit in units_of(user)}
    shown: QuerySet[Person] = Person.objects.visible_to(user).filter(pk__in=pks).select_related("current_stay__unit")
    shown = shown.prefetch_related("identifiers")
    if any(view is not View.NOTHING for view in views.values()):
        shown = with_offered(shown)
    if any(view in (View.WHOLE, View.HELD) for view in views.values()):
        shown = with_standing(shown).annotate(said_staying=_stays_in_norway())
    shares = scope_of(user, SharingPermission.SEE_DELIVERIES)
    if shares:
        shown = shown.annotate(stuck=_stuck(), answered=_answered())
    by_pk = {person.pk: person for person in shown.with_keys()}  # type: ignore[attr-defined]
    drawn = [by_pk[pk] for pk in pks if pk in by_pk]
    return [
        _row(person, views[person.unit_id], isinstance(shares, frozenset) and person.unit_id in shares)
        for person in drawn
    ]


def _row(person: Person, view: View, sees_deliveries: bool) -> Row:
    stay, today = person.current_stay, timezone.localdate()
    assert stay is not None  # noqa: S101 - nobody without a stay is in a list
    offered = view is View.NOTHING or person.offered  # type: ignore[attr-defined]
    waits = not offered and not stay.is_over and stay.legal_status != LegalStatus.NOT_MAPPED_HERE
    # No talk is held here with somebody under 18, so none is late.
    waits = waits and not is_minor(person)
    due = timezone.localdate(stay.arrived_at + FIRST_TALK_WITHIN) if waits else None
    convicted = stay.legal_status == LegalStatus.CONVICTED
    ahead = [day for day in (stay.two_thirds, stay.end_date) if day and today <= day <= today + RELEASE_SOON]
    return Row(
        person=person,
        name=person.name,
        stay=stay,
        view=view,
        standing=words(getattr(person, "standing", ""), offered, view),
        due=due,
        overdue=due is not None and due < today,
        soon=min(ahead, default=None) if convicted and not stay.is_over else None,
        stays_in_norway=view is View.WHOLE and bool(getattr(person, "said_staying", False)),
        follow_up=_follow_up(person) if sees_deliveries else None,
    )


def _follow_up(person: Person) -> FollowUp | None:
    if person.stuck:  # type: ignore[attr-defined]
        return FollowUp.STUCK
    return FollowUp.ANSWERED if person.answered else None  # type: ignore[attr-defined]


def _stuck() -> Exists:
    stopped = Delivery.objects.filter(person=OuterRef("pk"), state__in=[DeliveryState.PARKED, DeliveryState.FAILED])
    return Exists(stopped)


def _answered() -> Exists:
    standing = Delivery.objects.filter(disclosure=OuterRef("disclosure"), state=DeliveryState.ACCEPTED)
    return Exists(Answer.objects.filter(Exists(standing), disclosure__person=OuterRef("pk")))


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
    order: list[str | OrderBy] = ["group", F("length").desc(nulls_last=True)]
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


def _known(given: str | None, known: list[tuple[str, str]]) -> str:
    return given if given in dict(known) else ""
