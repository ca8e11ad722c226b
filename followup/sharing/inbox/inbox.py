"""The summaries in a partner's inbox: those of its own organisation that it may have now, a page at a time.

A page costs the same however many there are: rows are found by an index, and only those of the page are opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar, assert_never

from django.db import connection, transaction

from brik.staff.models import Staff
from brik.vault.codes.coded_models import proved
from brik.vault.sealing import SealBroken
from followup.sharing.disclosure.clearance import clearances
from followup.sharing.disclosure.deliveries import DeliveryQuerySet
from followup.sharing.inbox.narrowing import Cursor, InboxNarrowing, InboxOrder
from followup.sharing.models import Delivery, Disclosure, PartnerAnswer
from followup.sharing.pages.plain_words import disclosed_theme_names

PAGE_SIZE: Final = 25
# So many of the newest unread ones are opened to see which are urgent: that stands in no column in clear.
LOOKED_AT: Final = 100

Result = TypeVar("Result")


@dataclass(frozen=True)
class InboxLine:
    """One summary in the list."""

    disclosure: Disclosure
    # None where it does not open, or where the row is not what was decided on.
    name: str | None
    themes: list[str]
    came_at: datetime
    unread: bool
    urgent: bool
    answer: PartnerAnswer | None
    # Who works with it, by name; nobody is an empty text.
    assigned_to: str
    archived: bool


@dataclass(frozen=True)
class InboxPage:
    """One page of the list. ``next`` is where the following one begins, if there is one."""

    lines: list[InboxLine] = field(default_factory=list)
    next: Cursor | None = None
    # More are unread than were opened to see whether they are urgent.
    many_unread: bool = False


# A group of the order, its rows in order, and whether their ids fall.
Group = tuple[str, DeliveryQuerySet, bool]


def page(user: Staff, narrowing: InboxNarrowing) -> InboxPage:
    """A page of the user's inbox. The names are opened for this request only."""
    return at_one_moment(lambda: _page(user, narrowing))


def at_one_moment(read: Callable[[], Result]) -> Result:
    """What ``read`` gives, with all it reads as it was at one moment.

    No person's lock is held: what stood before a change could else meet what is permitted after it.
    """
    if connection.in_atomic_block:  # a caller's transaction sees others as it said when it began
        return read()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return read()


def lines_of(deliveries: list[Delivery]) -> list[InboxLine]:
    """The lines of these deliveries, in their order, without those that may not be read now."""
    rows = Disclosure.objects.filter(pk__in=[delivery.disclosure_id for delivery in deliveries])
    standing = list(rows.select_related("person", "mapping").prefetch_related("answers").with_keys())
    cleared = clearances((row.person_id, row.organisation_id) for row in standing)
    present = [row for row in standing if cleared[row.person_id, row.organisation_id].allows(row)]
    by_key = {row.pk: row for row in present}
    return [
        _line(delivery, by_key[delivery.disclosure_id]) for delivery in deliveries if delivery.disclosure_id in by_key
    ]


def _page(user: Staff, narrowing: InboxNarrowing) -> InboxPage:
    rows = narrowing.of(Delivery.objects.in_inbox_of(user), user)
    urgent, many_unread = list[int](), False
    if narrowing.order is InboxOrder.NEW_FIRST:
        urgent, many_unread = _urgent(rows)
    groups = _groups(rows, narrowing.order, urgent)
    kept: list[tuple[str, InboxLine]] = []
    for batch in _batches(groups, _start(user, narrowing.after)):
        group_of = {delivery.disclosure_id: group for group, delivery in batch}
        kept += [(group_of[line.disclosure.pk], line) for line in lines_of([delivery for _, delivery in batch])]
        if len(kept) > PAGE_SIZE:
            break
    shown = [line for _, line in kept[:PAGE_SIZE]]
    last = Cursor(kept[PAGE_SIZE - 1][0], shown[-1].disclosure.pk) if len(kept) > PAGE_SIZE else None
    return InboxPage(shown, last, many_unread)


def _urgent(rows: DeliveryQuerySet) -> tuple[list[int], bool]:
    """The ids of the urgent ones among the newest unread, and whether there are more unread than were looked at."""
    unread = list(rows.filter(unread=True).order_by("-pk").values_list("pk", "disclosure")[: LOOKED_AT + 1])
    id_of = {disclosure: pk for pk, disclosure in unread[:LOOKED_AT]}
    opened = Disclosure.objects.filter(pk__in=id_of).opened("content", broken=set())
    return [id_of[pk] for pk, content in opened if content and content.get("urgent")], len(unread) > LOOKED_AT


def _groups(rows: DeliveryQuerySet, order: InboxOrder, urgent: list[int]) -> list[Group]:
    rows = rows.select_related("assigned_to")
    match order:
        case InboxOrder.OLDEST:
            return [("alle", rows.order_by("pk"), False)]
        case InboxOrder.NEWEST:
            return [("alle", rows.order_by("-pk"), True)]
        case InboxOrder.NEW_FIRST:
            new = rows.filter(unread=True).order_by("-pk")
            return [
                *([("haster", new.filter(pk__in=urgent), True)] if urgent else []),
                ("nye", new.exclude(pk__in=urgent), True),
                ("lest", rows.filter(unread=False).order_by("-pk"), True),
            ]
        case _:
            assert_never(order)


def _start(user: Staff, after: Cursor | None) -> tuple[str, int] | None:
    """Where the page begins: the group, and the id of the last line before; None at the beginning."""
    if after is None:
        return None
    pk = Delivery.objects.in_inbox_of(user).filter(disclosure=after.disclosure).values_list("pk", flat=True).first()
    return (after.group, pk) if pk is not None else None


def _batches(groups: list[Group], start: tuple[str, int] | None) -> Iterator[list[tuple[str, Delivery]]]:
    """The rows from there on, in batches of a page and one more: that one says that there is another page."""
    rows = _rows(groups, start)
    while batch := list(islice(rows, PAGE_SIZE + 1)):
        yield batch


def _rows(groups: list[Group], start: tuple[str, int] | None) -> Iterator[tuple[str, Delivery]]:
    """The rows of the groups one after the other, read so many at a time."""
    names = [name for name, _, _ in groups]
    if start is not None and start[0] in names:
        groups = groups[names.index(start[0]) :]
    else:
        start = None
    for name, rows, falling in groups:
        last = start[1] if start is not None and start[0] == name else None
        while chunk := list(_beyond(rows, last, falling=falling)[: PAGE_SIZE + 1]):
            yield from ((name, delivery) for delivery in chunk)
            last = chunk[-1].pk
            if len(chunk) <= PAGE_SIZE:
                break


def _beyond(rows: DeliveryQuerySet, last: int | None, *, falling: bool) -> DeliveryQuerySet:
    if last is None:
        return rows
    return rows.filter(pk__lt=last) if falling else rows.filter(pk__gt=last)


def _line(delivery: Delivery, disclosure: Disclosure) -> InboxLine:
    whole = _is_whole(delivery, disclosure)
    return InboxLine(
        disclosure=disclosure,
        name=disclosure.person.name_if_whole if whole else None,
        themes=disclosed_theme_names(disclosure),
        came_at=disclosure.decided_at,
        unread=delivery.unread,
        urgent=whole and bool(disclosure.content.open().get("urgent")),
        answer=next(iter(disclosure.answers.all()), None),
        assigned_to=delivery.assigned_to.name if delivery.assigned_to is not None else "",
        archived=delivery.archived_at is not None,
    )


def _is_whole(delivery: Delivery, disclosure: Disclosure) -> bool:
    """Whether recipient and themes are those that were decided on: nobody's name is shown to somebody else."""
    try:
        proved([disclosure, delivery])
        disclosure.demand_agreement()
    except SealBroken:
        return False
    return True
