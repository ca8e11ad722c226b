"""How dates may be typed, and which are told at the field: a day away from year 1 may not exist."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from brik.pages.fields.date_fields import DateField, MonthField, TimeField


def day(**bounds):
    return DateField(label="Dato", missing="Skriv", **bounds)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("1.1.0001", "Året må være mellom 1900 og 2200."),
        ("31.12.9999", "Året må være mellom 1900 og 2200."),
        ("31.2.26", "Dagen må være mellom 1 og 28 i februar 2026."),
        ("31. april 2027", "Dagen må være mellom 1 og 30 i april 2027."),
        ("29.2.2100", "Dagen må være mellom 1 og 28 i februar 2100."),
        ("1.13.26", "Måneden må være mellom 1 og 12."),
        ("1.1.026", "Skriv datoen som dag, måned og år, for eksempel 31.12.2026."),
        ("1.12.", "Skriv datoen som dag, måned og år, for eksempel 31.12.2026."),
        ("i morgen", "Skriv datoen som dag, måned og år, for eksempel 31.12.2026."),
    ],
)
def test_what_is_no_date_of_ours_is_refused_with_the_reason(written, sentence):
    with pytest.raises(ValidationError) as error:
        day().clean(written)
    assert error.value.messages == [sentence]


def test_the_reason_is_said_in_the_language_of_the_page():
    with translation.override("en"), pytest.raises(ValidationError) as error:
        day().clean("31.2.26")
    with translation.override("en"):
        assert error.value.messages == ["The day must be between 1 and 28 in February 2026."]


@pytest.mark.parametrize(
    "written",
    [
        "1.12.2026",
        "1.12.26",
        "01/12/26",
        "1-12-26",
        "1 12 26",
        " 01.12.2026 ",
        "1. desember 2026",
        "2026-12-01",
        "١.١٢.٢٠٢٦",
    ],
)
def test_a_date_may_be_typed_with_two_digits_for_the_year(written):
    assert day().clean(written) == date(2026, 12, 1)


def test_a_year_of_two_digits_is_never_far_ahead():
    this = date.today().year
    for year in (this - 79, this - 21, this, this + 20):
        assert day().clean(f"1.1.{year % 100:02d}") == date(year, 1, 1)


def test_the_limits_of_a_question_hold_for_years_of_two_digits_too():
    with pytest.raises(ValidationError, match="etter"):
        day(latest=date(2026, 1, 1)).clean("2.1.26")


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("12.26", "2026-12"),
        ("1/2027", "2027-01"),
        ("2 27", "2027-02"),
        ("desember 2026", "2026-12"),
        ("2026-12", "2026-12"),
    ],
)
def test_a_month_is_read_as_people_write_it(written, month):
    assert MonthField(label="Måned").clean(written) == month


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("13.26", "Måneden må være mellom 1 og 12."),
        ("12.1899", "Året må være mellom 1900 og 2200."),
        ("12.026", "Skriv måned og år, for eksempel 12.2026."),
        ("en gang " * 10, "Skriv måned og år, for eksempel 12.2026."),
    ],
)
def test_what_is_no_month_is_refused_with_the_reason(written, sentence):
    with pytest.raises(ValidationError) as error:
        MonthField(label="Måned").clean(written)
    assert error.value.messages == [sentence]


@pytest.mark.parametrize("written", ["14.30", "14:30", "1430", "kl. 14.30", "14\u00a030", "١٤.٣٠", " 14\u201330 "])
def test_a_time_of_day_is_read_as_people_write_it(written):
    assert TimeField(label="Når?").clean(written) == time(14, 30)


@pytest.mark.parametrize("written", ["24.00", "14.60", "14", "halv tre", "14.30.15", "14" * 40])
def test_what_is_no_time_of_day_is_refused(written):
    with pytest.raises(ValidationError, match="timer og minutter"):
        TimeField(label="Når?").clean(written)
