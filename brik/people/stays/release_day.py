"""The likely day of release and its ground: one value, from the dates of a stay and the day it is asked on.

Source: straffegjennomføringsloven § 42 (release on probation after two thirds and at least 60 days, of a sentence of at
least 74 days) and straffeloven § 43 (the minimum of preventive detention). A day that has passed without a release is
not likely any longer: after two thirds comes the end of the sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any, Final

from django.db.models import Case, DateField, F, Field, Func, IntegerField, Q, Value, When
from django.db.models.functions import Greatest, TruncDate
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.people.legal_status import PREVENTIVE_DETENTION, LegalStatus
from brik.people.persons import Stay

# The shortest sentence from which somebody is released on probation, and what must be served first.
SHORTEST: Final = 74
SERVED: Final = 60
# The last third is counted in whole days: three of it may be a few days longer than the sentence.
_ROUNDED: Final = 2


class ReleaseGround(Enum):
    """Why a day is the likely one."""

    DECIDED = _("bestemt dag")
    TWO_THIRDS = _("to tredjedeler")
    END = _("endt tid")
    MINIMUM = _("minstetid")


@dataclass(frozen=True)
class LikelyRelease:
    """The likely day of release."""

    day: date
    ground: ReleaseGround

    @property
    def may_be_refused(self) -> bool:
        """Whether somebody has yet to decide that the person leaves on this day."""
        return self.ground in (ReleaseGround.TWO_THIRDS, ReleaseGround.MINIMUM)


def likely_release(stay: Stay, *, on: date) -> LikelyRelease | None:
    """The likely release from a stay, as of a day; None on remand, and where the messages tell no day."""
    if stay.released_at is not None:
        return LikelyRelease(timezone.localdate(stay.released_at), ReleaseGround.DECIDED)
    if stay.legal_status != LegalStatus.CONVICTED:
        return None
    if stay.category == PREVENTIVE_DETENTION:
        minimum = stay.minimum_date
        return LikelyRelease(minimum, ReleaseGround.MINIMUM) if minimum is not None and minimum >= on else None
    probation, end = _probation(stay), stay.end_date
    if probation is not None and probation >= on:
        return LikelyRelease(probation, ReleaseGround.TWO_THIRDS)
    return LikelyRelease(end, ReleaseGround.END) if end is not None else None


def _probation(stay: Stay) -> date | None:
    """The first day on which the person may be released on probation; None where nobody is before the end."""
    two_thirds, end = stay.two_thirds, stay.end_date
    if two_thirds is None or end is None:
        return two_thirds
    counted_from = _counted_from(stay.start_date, two_thirds, end)
    if (end - counted_from).days < SHORTEST:
        return None
    day = max(two_thirds, counted_from + timedelta(days=SERVED))
    return day if day < end else None


def _counted_from(start: date | None, two_thirds: date, end: date) -> date:
    """The first day that counts as served: before the start where remand is counted, as the last third tells."""
    by_thirds = end - 3 * (end - two_thirds)
    return by_thirds if start is None or by_thirds < start - timedelta(days=_ROUNDED) else start


def likely_day(stay: str, *, on: date) -> Case:
    """The day of :func:`likely_release` in SQL, of rows whose stay is at the path ``stay``: to order and narrow by.

    The rows are not proved; what is shown of each is worked out from its proved stay.
    """
    start, two_thirds, end = F(f"{stay}start_date"), F(f"{stay}two_thirds"), F(f"{stay}end_date")
    convicted = Q(**{f"{stay}legal_status": LegalStatus.CONVICTED})
    by_thirds = _days("-", end, _days("*", Value(3), _days("-", end, two_thirds)))
    has_no_start = Q(**{f"{stay}start_date": None})
    counted_from = _first_of(
        When(has_no_start | Q(LessThan(by_thirds, _days("-", start, Value(_ROUNDED)))), then=by_thirds), otherwise=start
    )
    served = Greatest(two_thirds, _days("+", counted_from, Value(SERVED)))
    probation = _first_of(
        When(Q(**{f"{stay}end_date": None}), then=two_thirds),
        When(
            # The greatest of a day and none would be the day.
            Q(**{f"{stay}two_thirds__isnull": False})
            & Q(GreaterThanOrEqual(_days("-", end, counted_from, IntegerField()), SHORTEST))
            & Q(LessThan(served, end)),
            then=served,
        ),
    )
    minimum = _first_of(When(Q(**{f"{stay}minimum_date__gte": on}), then=F(f"{stay}minimum_date")))
    return _first_of(
        When(Q(**{f"{stay}released_at__isnull": False}), then=TruncDate(f"{stay}released_at")),
        When(convicted & Q(**{f"{stay}category": PREVENTIVE_DETENTION}), then=minimum),
        When(convicted & Q(GreaterThanOrEqual(probation, on)), then=probation),
        When(convicted, then=end),
    )


def _first_of(*cases: When, otherwise: F | None = None) -> Case:
    return Case(*cases, default=otherwise, output_field=DateField())


def _days(sign: str, left: Any, right: Any, result: Field[Any, Any] | None = None) -> Func:
    """Days in PostgreSQL's own arithmetic: a date and a number make a date, two dates a number."""
    return Func(left, right, template="(%(expressions)s)", arg_joiner=f" {sign} ", output_field=result or DateField())
