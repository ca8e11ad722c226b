"""Days in words, with the year only when it is not the present one."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format


def day(value: date) -> str:
    """ "12. mars", or "12. mars 2025"."""
    return date_format(_local(value), "j. F" if _this_year(value) else "j. F Y")


def near_day(value: date) -> str:
    """ "12. mars", of whatever year: beside it stands how many days are left, less than a year."""
    return date_format(_local(value), "j. F")


def short_day(value: date) -> str:
    """ "12.03.", or "12.03.2025"."""
    return date_format(_local(value), "d.m." if _this_year(value) else "d.m.Y")


def moment(value: datetime) -> str:
    """The time alone for today, else the day and the time."""
    clock = date_format(timezone.localtime(value), r"\k\l. H.i")
    return clock if _local(value) == timezone.localdate() else f"{day(value)} {clock}"


def _local(value: date) -> date:
    return timezone.localdate(value) if isinstance(value, datetime) else value


def _this_year(value: date) -> bool:
    return _local(value).year == timezone.localdate().year
