"""Numbers: what is right is known by its kind, what is wrong is refused in words that do not repeat it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from brik.people.ages import age_of, years_between
from brik.people.identifiers.numbers import (
    NATIONAL_IDS,
    NumberKind,
    birth_date,
    check,
    is_synthetic,
    recognise,
    with_check_digits,
)
from tests import situations

ANY_KIND = list(NumberKind)


@pytest.mark.parametrize("kind", ANY_KIND)
def test_a_right_number_is_read_with_and_without_spaces(kind):
    number = situations.a_number(kind)
    spaced = f" {number.value[:6]} {number.value[6:]}"
    assert check(kind, spaced, synthetic_allowed=True) == number
    assert recognise(spaced) == number


@pytest.mark.parametrize("kind", ANY_KIND)
@pytest.mark.parametrize("place", range(11))
def test_one_wrong_digit_is_found(kind, place):
    value = situations.a_number(kind).value
    wrong = value[:place] + str((int(value[place]) + 1) % 10) + value[place + 1 :]
    with pytest.raises(ValidationError) as error:
        check(kind, wrong, synthetic_allowed=True)
    assert wrong not in str(error.value)


@pytest.mark.parametrize("kind", ANY_KIND)
def test_a_number_of_another_kind_is_refused(kind):
    for other in set(ANY_KIND) - {kind} - (NATIONAL_IDS if kind in NATIONAL_IDS else set()):
        with pytest.raises(ValidationError):
            check(kind, situations.a_number(other).value, synthetic_allowed=True)


@pytest.mark.parametrize(
    "text", ["", "1", "1234567890a", "١٧٨٥٨٥٠٨٦٩٧", "00000000000", "1" * 11, "9" * 12, "-1234567890"]
)
def test_what_is_no_number_is_no_number(text):
    assert recognise(text) is None
    for kind in ANY_KIND:
        with pytest.raises(ValidationError):
            check(kind, text, synthetic_allowed=True)


@pytest.mark.parametrize("kind", [NumberKind.NATIONAL_ID, NumberKind.D_NUMBER])
def test_made_up_numbers_are_refused_outside_demonstrations(kind):
    number = situations.a_number(kind)
    assert is_synthetic(number.value)
    with pytest.raises(ValidationError, match="oppdiktet"):
        check(kind, number.value, synthetic_allowed=False)


@pytest.mark.parametrize("day", ["01", "41"])
def test_a_number_that_somebody_may_have_is_refused_in_demonstrations(day):
    # Of somebody born in 2039, whom nobody has met.
    value = next(filter(None, (with_check_digits(f"{day}0139{individual}") for individual in range(990, 1000))))
    kind = recognise(value).kind
    assert check(kind, value, synthetic_allowed=False).value == value
    with pytest.raises(ValidationError, match="ekte person") as error:
        check(kind, value, synthetic_allowed=True)
    assert value not in str(error.value)


@given(
    st.dates(date(1940, 1, 1), date(2039, 12, 31)),
    st.sampled_from([NumberKind.NATIONAL_ID, NumberKind.D_NUMBER, NumberKind.SSP]),
)
def test_the_birthday_is_read_from_the_number(birthday, kind):
    assert recognise(situations.a_number(kind, born=birthday).value).kind is kind
    assert abs((birth_date(situations.a_number(kind, born=birthday)) - birthday).days) < 60


@pytest.mark.parametrize("kind", [NumberKind.DUF, NumberKind.NATIONAL_ID_2032])
def test_a_number_without_a_century_tells_no_birthday(kind):
    assert birth_date(situations.a_number(kind)) is None


def test_a_national_id_from_2032_is_taken_for_what_it_is_where_a_national_id_is_asked_for():
    number = situations.a_number(NumberKind.NATIONAL_ID_2032)
    assert check(NumberKind.NATIONAL_ID, number.value, synthetic_allowed=True) == number
    with pytest.raises(ValidationError):
        check(NumberKind.D_NUMBER, number.value, synthetic_allowed=True)


# Skatteetaten: what the three individual digits of a D-number mean since 2021.
@pytest.mark.parametrize(
    ("individual", "year", "born"),
    [(0, 39, 1939), (199, 20, 1920), (200, 20, 2020), (500, 1, 2001), (999, 39, 2039), (0, 40, 1940), (499, 85, 1985),
     (500, 85, 1885), (599, 85, 1885), (600, 85, 1985), (999, 99, 1999), (900, 40, 1940)],
)  # fmt: skip
def test_a_d_number_has_centuries_of_its_own(individual, year, born):
    values = (with_check_digits(f"{day}85{year:02d}{individual:03d}") for day in range(41, 69))
    number = check(NumberKind.D_NUMBER, next(filter(None, values)), synthetic_allowed=True)
    assert birth_date(number).year == born


@given(st.integers(1, 28), st.integers(1, 12), st.integers(0, 99), st.integers(0, 999), st.booleans())
def test_no_number_with_right_check_digits_is_refused_for_its_century(day, month, year, individual, is_d_number):
    value = with_check_digits(f"{day + 40 * is_d_number:02d}{month + 80:02d}{year:02d}{individual:03d}")
    if value is not None:
        kind = NumberKind.D_NUMBER if is_d_number else NumberKind.NATIONAL_ID
        assert check(kind, value, synthetic_allowed=True).kind is kind


@pytest.mark.parametrize(
    "sign",
    ["-", "\u2011", "\u2013", "\u2212", "\u00a0", "\u202f", "\u2009", ".", "/", "\u00ad", " - ", " \u2013 ", "\n"],
    ids=ascii,
)
def test_what_stands_between_date_and_personal_number_is_read_over(sign):
    number = situations.a_number()
    written = f"{number.value[:6]}{sign}{number.value[6:]}"
    assert check(number.kind, written, synthetic_allowed=True) == number
    assert recognise(written) == number


def test_somebody_is_eighteen_on_the_birthday_and_not_before():
    assert years_between(date(2008, 5, 17), date(2026, 5, 16)) == 17
    assert years_between(date(2008, 5, 17), date(2026, 5, 17)) == 18
    assert years_between(date(2008, 2, 29), date(2026, 2, 28)) == 17


@pytest.mark.django_db
def test_the_age_of_a_person_follows_from_the_number_and_is_unknown_without_one():
    known = situations.a_person(born=date(1990, 1, 2))
    assert age_of(known, on=date(2026, 1, 2)) == 36
    assert age_of(situations.a_person(born=None)) is None


def test_a_number_shows_nothing_of_itself_when_printed():
    number = situations.a_number()
    assert number.value not in f"{number} {number!r}"


def test_all_made_up_people_of_one_test_are_born_on_one_day():
    for _ in range(30):
        situations.begin_test()
        assert len({birth_date(situations.a_number(born=date(1985, 5, 17))) for _ in range(60)}) == 1
