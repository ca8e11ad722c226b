"""Days and months are read as people write them, and what is wrong with one is known."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brik.definitions.written_dates import DateFlaw, NoDate, read_day, read_month

TODAY = date(2026, 11, 30)
NORWEGIAN = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
]
ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@pytest.mark.parametrize(
    "written",
    [
        "1.2.2027", "01.02.27", "1/2/27", "1-2-27", "1 2 2027", "1\u00a02\u00a02027", "1\u20132\u20132027", "1. 2. 2027",
        "1. februar 2027", "1.februar 2027", "1.\u00a0februar\u00a02027", "1 feb 27", "1. FEB. 2027", "den 1. februar 2027",
        "February 1, 2027", "1st of February 2027", "1 February 2027", "2027-02-01", "2027.2.1", "2027/02/01",
        "١.٢.٢٠٢٧", "۱/۲/۲۰۲۷", "\u200f١ ٢ ٢٧", "०१.०२.२०२७", "１．２．２０２７", " 01.02.2027\n",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(written):
    assert read_day(written, today=TODAY) == date(2027, 2, 1)


@pytest.mark.parametrize(
    "written",
    [
        "desember 2026", "Desember\u00a02026", "des. 26", "December 2026", "12.2026", "12/26", "12 2026", "2026-12", "2026.12",
        "2026 desember", "١٢.٢٠٢٦", "desember, 2026",
    ],
)  # fmt: skip
def test_a_month_is_read_however_it_is_written(written):
    assert read_month(written, today=TODAY) == date(2026, 12, 1)


@pytest.mark.parametrize("names", [NORWEGIAN, ENGLISH], ids=["nb", "en"])
def test_every_month_is_known_by_its_name_and_by_its_first_three_letters(names):
    for number, name in enumerate(names, start=1):
        for written in {name, name.upper(), name[:3], f"{name[:4]}."}:
            assert read_month(f"{written} 2027", today=TODAY) == date(2027, number, 1), written
            assert read_day(f"3. {written} 2027", today=TODAY) == date(2027, number, 3), written


@pytest.mark.parametrize(
    ("written", "flaw"),
    [
        ("31.2.2027", DateFlaw.DAY), ("0.1.2027", DateFlaw.DAY), ("31. april 2027", DateFlaw.DAY), ("2027-02-30", DateFlaw.DAY),
        ("29.2.2027", DateFlaw.DAY), ("1.13.2027", DateFlaw.MONTH), ("12.31.2026", DateFlaw.MONTH), ("1.0.2027", DateFlaw.MONTH),
        ("1.1.0001", DateFlaw.YEAR), ("31.12.9999", DateFlaw.YEAR), ("31.12.1899", DateFlaw.YEAR), ("1. mai 2201", DateFlaw.YEAR),
        ("", DateFlaw.UNREADABLE), ("i går", DateFlaw.UNREADABLE), ("1.12.", DateFlaw.UNREADABLE), ("2027", DateFlaw.UNREADABLE),
        ("1.1.026", DateFlaw.UNREADABLE), ("1.1.6", DateFlaw.UNREADABLE), ("1.2.3.2027", DateFlaw.UNREADABLE),
        ("20270201", DateFlaw.UNREADABLE), ("½.1.2027", DateFlaw.UNREADABLE), ("1. ma 2027", DateFlaw.UNREADABLE),
        ("januar 2027", DateFlaw.UNREADABLE), ("1.2.2027" * 1000, DateFlaw.UNREADABLE), ("1.2.2027 ca", DateFlaw.UNREADABLE),
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused_for_what_is_wrong_with_it(written, flaw):
    with pytest.raises(NoDate) as error:
        read_day(written, today=TODAY)
    assert error.value.flaw is flaw


@pytest.mark.parametrize(
    ("written", "flaw"),
    [
        ("13.2026", DateFlaw.MONTH), ("0.2026", DateFlaw.MONTH), ("2026-13", DateFlaw.MONTH), ("12.1899", DateFlaw.YEAR),
        ("desember 2201", DateFlaw.YEAR), ("12.026", DateFlaw.UNREADABLE), ("desember", DateFlaw.UNREADABLE),
        ("2026", DateFlaw.UNREADABLE), ("1.12.2026", DateFlaw.UNREADABLE), ("snart 2026", DateFlaw.UNREADABLE),
    ],
)  # fmt: skip
def test_what_is_no_month_is_refused_for_what_is_wrong_with_it(written, flaw):
    with pytest.raises(NoDate) as error:
        read_month(written, today=TODAY)
    assert error.value.flaw is flaw


def test_the_days_of_the_month_are_known_where_the_day_is_wrong():
    for year, days in ((2027, 28), (2028, 29)):
        with pytest.raises(NoDate) as error:
            read_day(f"31.2.{year}", today=TODAY)
        assert (error.value.year, error.value.month, error.value.days) == (year, 2, days)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.sampled_from([*" ./-\u00a0\u2013\u2212\u202f", ". "]))
def test_every_day_is_read_in_every_order_and_with_every_sign(day, sign):
    d, m, y = str(day.day), str(day.month), str(day.year)
    for parts in ((d, m, y), (y, m, d), (d, NORWEGIAN[day.month - 1], y), (ENGLISH[day.month - 1], d, y)):
        assert read_day(sign.join(parts), today=TODAY) == day


@given(st.text(alphabet="0123456789./- jafebmrilugsptokndv\u00a0٣", max_size=20))
def test_no_text_makes_it_fail(text):
    for read in (read_day, read_month):
        try:
            day = read(text, today=TODAY)
        except NoDate:
            continue
        assert 1900 <= day.year <= 2200
        assert re.search(r"\d", text)
