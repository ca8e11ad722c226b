"""The orders of the worklist: the heads of the table sort it, and the order of the regulation is one choice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.db.models import Case, DurationField, ExpressionWrapper, F, IntegerField, Q, QuerySet, When
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext_lazy as _

from brik.people.legal_status import PREVENTIVE_DETENTION, LegalStatus
from brik.people.models import Person
from consent.record.talks import with_offered
from followup.desk.worklist.talk_status import TalkView


class Order(Enum):
    """What the list is ordered by: the word in addresses, and the choice or the head of the table."""

    RELEASE = ("loslates", _("Løslates"))
    # Those without a talk first, the longest here before the others.
    TALK = ("samtale", _("Samtale"))
    NAME = ("navn", _("Navn"))
    REGULATION = ("forskrift", _("Forskriftens rekkefølge"))

    def __init__(self, code: str, label: str) -> None:
        self.code, self.label = code, label


@dataclass(frozen=True)
class Sorting:
    """An order, and whether it is turned around."""

    order: Order = Order.RELEASE
    downwards: bool = False

    @classmethod
    def read(cls, text: str, view: TalkView) -> Sorting:
        """The order of an address, "-" before it turns it; the usual one for anything unknown.

        By talks nobody sorts who may not see whether one was offered.
        """
        order = next((order for order in Order if order.code == text.removeprefix("-")), None)
        if order is None or (order is Order.TALK and view is TalkView.NOTHING):
            return cls()
        return cls(order, text.startswith("-") and order is not Order.REGULATION)

    @property
    def code(self) -> str:
        return f"-{self.order.code}" if self.downwards else self.order.code


@dataclass(frozen=True)
class SortedHead:
    """The head of a column, as a link that sorts by it, or turns the order around."""

    label: str
    # For the address.
    code: str
    # As ``aria-sort`` has it; empty where another column sorts.
    sorted: str


def heads(sorting: Sorting) -> dict[str, SortedHead]:
    """The heads that sort, by the name of their order in small letters."""
    return {order.name.lower(): _head(order, sorting) for order in (Order.NAME, Order.RELEASE, Order.TALK)}


def _head(order: Order, sorting: Sorting) -> SortedHead:
    if order is not sorting.order:
        return SortedHead(str(order.label), order.code, "")
    turned = order.code if sorting.downwards else f"-{order.code}"
    return SortedHead(str(order.label), turned, "descending" if sorting.downwards else "ascending")


def in_sql(people: QuerySet[Person], sorting: Sorting) -> QuerySet[Person]:
    """People with ``likely_day``, in order. Names are sealed: for their order they are opened by the caller."""
    match sorting.order:
        case Order.REGULATION:
            return _by_regulation(people)
        case Order.TALK:
            people, first = with_offered(people), ["offered", "current_stay__arrived_at"]
            if sorting.downwards:
                first = ["-offered", "-current_stay__arrived_at"]
            return people.order_by(*first, "pk")
        case _:
            day = F("likely_day")
            by_day = day.desc(nulls_last=True) if sorting.downwards else day.asc(nulls_last=True)
            return people.order_by(by_day, "current_stay__arrived_at", "pk")


def _by_regulation(rows: QuerySet[Person]) -> QuerySet[Person]:
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
