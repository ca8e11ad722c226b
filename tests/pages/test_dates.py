"""How dates may be typed, and which are told at the field: a day away from year 1 may not exist."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from brik.pages.fields.date_fields import DateField, MonthField


def day(**bounds):
    return DateField(label="Dato", missing="Skriv", **bounds)


@pytest.mark.parametrize(
    "written", ["1.1.0001", "31.12.9999", "31.12.1899", "1.1.2201", "1.1.026", "1.1.6", "31.2.26", "1.13.26", "1.12."]
)
def test_what_is_no_date_of_ours_is_refused(written):
    with pytest.raises(ValidationError, match="Skriv datoen"):
        day().clean(written)


@pytest.mark.parametrize("written", ["1.12.2026", "1.12.26", "01/12/26", "1-12-26", "1 12 26", " 01.12.2026 "])
def test_a_date_may_be_typed_with_two_digits_for_the_year(written):
    assert day().clean(written) == date(2026, 12, 1)


def test_a_year_of_two_digits_is_never_far_ahead():
    this = date.today().year
    for year in (this - 79, this - 21, this, this + 20):
        assert day().clean(f"1.1.{year % 100:02d}") == date(year, 1, 1)


def test_the_limits_of_a_question_hold_for_years_of_two_digits_too():
    with pytest.raises(ValidationError, match="etter"):
        day(latest=date(2026, 1, 1)).clean("2.1.26")


@pytest.mark.parametrize(("written", "month"), [("12.26", "2026-12"), ("1/2027", "2027-01"), ("2 27", "2027-02")])
def test_a_month_may_be_typed_with_two_digits_for_the_year(written, month):
    assert MonthField(label="Måned").clean(written) == month


@pytest.mark.parametrize("written", ["13.26", "0.2026", "12.1899", "12.026", "2026-12"])
def test_what_is_no_month_is_refused(written):
    with pytest.raises(ValidationError, match="Skriv måned og år"):
        MonthField(label="Måned").clean(written)
