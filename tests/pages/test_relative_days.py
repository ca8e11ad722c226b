"""A day is said with its year only when that is another than this."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from brik.pages import relative_days


def test_a_day_of_this_year_is_said_without_the_year():
    this = timezone.localdate().year
    assert (relative_days.day(date(this, 3, 9)), relative_days.short_day(date(this, 3, 9))) == ("9. mars", "09.03.")


@pytest.mark.parametrize("ahead", [-1, 1])
def test_a_day_of_another_year_is_said_with_it(ahead):
    year = timezone.localdate().year + ahead
    assert relative_days.day(date(year, 3, 9)) == f"9. mars {year}"
    assert relative_days.short_day(date(year, 3, 9)) == f"09.03.{year}"


def test_a_near_day_has_no_year_whichever_it_is():
    year = timezone.localdate().year
    assert {relative_days.near_day(date(of, 3, 9)) for of in (year, year + 1)} == {"9. mars"}


def test_a_moment_today_is_the_time_and_any_other_has_its_day():
    now = timezone.now()
    assert relative_days.moment(now) == f"kl. {timezone.localtime(now):%H.%M}"
    assert relative_days.moment(timezone.make_aware(datetime(2020, 5, 2, 8, 30))) == "2. mai 2020 kl. 08.30"
    assert relative_days.moment(now - timedelta(days=1)).startswith(relative_days.day(now - timedelta(days=1)))
