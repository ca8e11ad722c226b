"""Who read about whom again and again: reads of one person by one account on one day, as one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Max, Min
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brik.staff.access import require
from brik.staff.models import Staff
from followup.desk.permissions import DeskPermission
from followup.desk.privacy import search
from followup.insight.event_words import READS, actor_names, person_code, role_words, unit_words

# The longest lines stand first; what is read once is no pattern.
MOST_GROUPS: Final = 50
FEWEST_READS: Final = 2


@dataclass(frozen=True)
class ReadGroup:
    """Reads of one person by one account on one day."""

    actor: str
    who: str
    role: str
    place: str
    person: UUID
    number: int
    first: datetime
    last: datetime

    @property
    def code(self) -> str:
        return person_code(self.person)

    @property
    def day(self) -> str:
        """The day as the address of the page has it."""
        return self.first.date().isoformat()

    @property
    def words(self) -> str:
        """How many, in how long: "17 lesninger av samme person på 2 timer"."""
        reads = ngettext("%(n)s lesning", "%(n)s lesninger", self.number) % {"n": self.number}
        return _("%(reads)s av samme person på %(span)s") % {"reads": reads, "span": span_words(self.last - self.first)}


def groups(user: Staff, chosen: search.EventNarrowing, *, places: Mapping[str, str]) -> list[ReadGroup]:
    """The groups with most reads, the largest first. Two queries, however long the log is."""
    require(user, DeskPermission.READ_EVENTS)
    reads = search.narrowed(chosen).filter(verb__in=READS, subject__isnull=False).order_by()
    counted: Any = reads.annotate(day=TruncDate("at")).values("actor", "role", "unit", "subject", "day")
    counted = counted.annotate(number=Count("pk"), first=Min("at"), last=Max("at")).filter(number__gte=FEWEST_READS)
    rows: list[dict[str, Any]] = list(counted.order_by("-number", "-last", "actor", "subject")[:MOST_GROUPS])
    names = actor_names(row["actor"] for row in rows)
    return [
        ReadGroup(
            row["actor"],
            names[row["actor"]],
            role_words(row["role"]),
            unit_words(row["unit"], places),
            row["subject"],
            row["number"],
            row["first"],
            row["last"],
        )
        for row in rows
    ]


def span_words(span: timedelta) -> str:
    """How long, in whole minutes or, from an hour and a half on, in whole hours."""
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 90:
        return ngettext("%(n)s minutt", "%(n)s minutter", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    return ngettext("%(n)s time", "%(n)s timer", hours) % {"n": hours}
