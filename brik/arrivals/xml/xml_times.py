"""Reads dates and times in the forms the service and other systems of the sector use; refuses all others.

``YYYY-MM-DD``, or with ``Thh:mm[:ss[.f]]``; either may end in ``Z`` or an offset, with or without a colon. Without one
it is Norwegian time. 24:00 is midnight after the day.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from brik.definitions.date_bounds import is_within

OSLO = ZoneInfo("Europe/Oslo")
_FORM = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:T(?P<clock>\d{2}:\d{2}(?::\d{2})?)(?:(?<=:\d{2}:\d{2})\.(?P<fraction>\d+))?)?"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
# What other systems write for "no date": the first and the last day of their calendar.
_NO_DATE = ("0001-01-01", "9999-12-31")
_MIDNIGHT_AFTER = re.compile(r"24:00(?::00)?")


def is_no_date(text: str) -> bool:
    """Whether this is the first or the last day of a calendar, in a form that can be read."""
    return text.startswith(_NO_DATE) and _FORM.fullmatch(text) is not None


def parse_moment(text: str) -> datetime:
    """The moment in UTC; a day without a time means midnight in Norway. Raises ``ValueError``."""
    match = _FORM.fullmatch(text)
    if not match:
        raise ValueError("not a date")
    day = date.fromisoformat(match["day"])
    if match["clock"] is None:
        # An offset on a day says where the sender is, not when the day begins here.
        _zone(match["zone"])
        return _utc(datetime.combine(day, time(), OSLO))
    if _MIDNIGHT_AFTER.fullmatch(match["clock"]) and not (match["fraction"] or "").strip("0"):
        return _utc(datetime.combine(_day_after(day), time(), _zone(match["zone"])))
    clock = time.fromisoformat(match["clock"])
    clock = clock.replace(microsecond=int((match["fraction"] or "0")[:6].ljust(6, "0")))
    return _utc(datetime.combine(day, clock, _zone(match["zone"])))


def parse_happening(text: str) -> datetime:
    """As :func:`parse_moment`, within the bounds of a date of an event. Raises ``ValueError``."""
    moment = parse_moment(text)
    if not is_within(moment):
        raise ValueError("outside the bounds of an event's date")
    return moment


def parse_day(text: str) -> date:
    """The Norwegian calendar day. Raises ``ValueError``."""
    match = _FORM.fullmatch(text)
    moment = parse_moment(text)
    if match and match["clock"] is None:
        return date.fromisoformat(match["day"])
    try:
        return moment.astimezone(OSLO).date()
    except OverflowError as error:
        raise ValueError("outside the calendar") from error


def _zone(written: str | None) -> tzinfo:
    if written is None:
        return OSLO
    zone = datetime.fromisoformat(f"2000-01-01T00:00{written}").tzinfo
    return OSLO if zone is None else zone


def _day_after(day: date) -> date:
    try:
        return day + timedelta(days=1)
    except OverflowError as error:
        raise ValueError("outside the calendar") from error


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("outside the calendar") from error
