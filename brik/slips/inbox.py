"""What the health service sees of its slips: those that wait, the late ones among them, and those it has opened.

All rows are read, and those with nothing on them are left out here: they are neither shown nor counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone, translation

from brik.people.ages import birthdays_of
from brik.slips import slip_words
from brik.slips.models import Slip, SlipOpening, SlipQuerySet
from brik.slips.topics import Topic
from brik.staff.models import Organisation, OrganisationKind, Staff
from brik.vault.codes.coded_models import proved
from brik.vault.place import place_of, shredded
from brik.vault.sealing import SealBroken

SHOWN_FOR: Final = timedelta(days=90)


@dataclass(frozen=True)
class WaitingSlip:
    """A slip that nobody has opened yet: when it came, and no more."""

    came_at: datetime
    late: bool


@dataclass(frozen=True)
class OpenedSlip:
    """A slip that has been opened, in words."""

    slip: Slip
    opening: SlipOpening
    # None where it does not open.
    name: str | None
    # By the person's number, to tell two of one name apart; None where no number has it.
    born: date | None
    topics: list[str]


def health_service_of(user: Staff) -> Organisation | None:
    """The user's organisation, if it is one that slips go to."""
    organisation: Organisation | None = user.organisation
    return organisation if organisation is not None and organisation.kind == OrganisationKind.HEALTH else None


def waiting(user: Staff, *, broken: set[UUID] | None = None) -> list[WaitingSlip]:
    """Those that wait, the one that has waited longest first.

    ``broken`` is given the people whose slips do not open although no key was destroyed.
    """
    late = timezone.now() - slip_words.definition().late_after
    rows = Slip.objects.visible_to(user).waiting()
    return [WaitingSlip(slip.turned_at, slip.turned_at < late) for slip, _ in _written(rows, broken)]


def opened(user: Staff, *, broken: set[UUID] | None = None) -> list[OpenedSlip]:
    """Those opened lately, the last opened first. ``broken`` as in :func:`waiting`."""
    since = timezone.now() - SHOWN_FOR
    rows = Slip.objects.visible_to(user).filter(opening__opened_at__gte=since)
    rows = rows.select_related("person", "unit", "opening__opened_by").order_by(
        "-opening__opened_at", "-turned_at", "pk"
    )
    language = translation.get_language() or ""
    born = birthdays_of(rows.order_by().values("person_id"))
    return [
        OpenedSlip(
            slip,
            slip.opening,
            slip.person.name_if_whole,
            born.get(slip.person_id),
            slip_words.topic_labels(topics, language),
        )
        for slip, topics in _written(rows, broken)
    ]


def _written(rows: SlipQuerySet, broken: set[UUID] | None) -> Iterator[tuple[Slip, list[Topic]]]:
    """Each slip with something on it, as it was turned and opened. One of which a key was destroyed has nothing."""
    shut: list[Slip] = []
    for slip in rows.with_keys():
        try:
            topics = proved([slip])[0].topics
        except SealBroken:
            shut.append(slip)
            continue
        if topics:
            yield slip, topics
    if shut and broken is not None:
        gone = shredded([place_of(slip) for slip in shut])
        broken |= {slip.person_id for slip in shut if slip.pk not in gone}
