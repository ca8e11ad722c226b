"""Reads dates and times in the forms the service uses; refuses all others.

``YYYY-MM-DD``, or with ``Thh:mm[:ss[.f]]`` and ``Z`` or an offset; without an offset it is Norwegian time.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from brik.definitions.date_bounds import is_within

OSLO = ZoneInfo("Europe/Oslo")
_FORM = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:T(?P<clock>\d{2}:\d{2}(?::\d{2})?)(?:(?<=:\d{2}:\d{2})\.(?P<fraction>\d+))?(?P<zone>Z|[+-]\d{2}:\d{2})?)?",
    re.ASCII,
)


def parse_moment(text: str) -> datetime:
    """The moment in UTC; a day without a time means midnight in Norway. Raises ``ValueError``."""
    match = _FORM.fullmatch(text)
    if not match:
        raise ValueError("not a date")
    day = date.fromisoformat(match["day"])
    if match["clock"] is None:
        return _utc(datetime.combine(day, time(), OSLO))
    clock = time.fromisoformat(match["clock"])
    clock = clock.replace(microsecond=int((match["fraction"] or "0")[:6].ljust(6, "0")))
    zone = OSLO if match["zone"] is None else datetime.fromisoformat(f"2000-01-01T00:00{match['zone']}").tzinfo
    return _utc(datetime.combine(day, clock, zone))


def parse_happening(text: str) -> datetime:
    """As :func:`parse_moment`, within the bounds of a date of an event. Raises ``ValueError``."""
    moment = parse_moment(text)
    if not is_within(moment):
        raise ValueError("outside the bounds of an event's date")
    return moment


def parse_day(text: str) -> date:
    """The Norwegian calendar day. Raises ``ValueError``."""
    if len(text) == 10:
        parse_moment(text)
        return date.fromisoformat(text)
    return parse_moment(text).astimezone(OSLO).date()


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("outside the calendar") from error
