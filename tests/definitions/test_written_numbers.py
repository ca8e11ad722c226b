"""A number of eleven digits is found in a text however it is written, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brik.definitions.written_numbers import holds_eleven_digits, joined, plain

# Month + 80: nobody's number.
DAY, MONTH, YEAR, PERSONAL = "01", "81", "90", "12345"
BLANKS = " \t\n\r\v\f\u0085\u00a0\u1680\u2000\u2003\u2007\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
DOTS = ".,:;·•/\\|⁄∕_'’()"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u202e\u2060\ufeff\ufe0f\u20e3"
# Zero in Arabic, Persian, Devanagari, Bengali, Thai, in full width and in mathematics.
ZEROS = "٠۰०০๐０𝟎𝟘"
SIGNS = BLANKS + DASHES + DOTS + INVISIBLE


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: f"{ord(sign):04x}")
def test_any_sign_between_the_birthday_and_the_personal_number_is_read_over(sign):
    assert holds_eleven_digits(f"se {DAY}{MONTH}{YEAR}{sign}{PERSONAL} her")


@pytest.mark.parametrize("zero", ZEROS)
def test_the_digits_of_any_script_are_digits(zero):
    number = f"{DAY}{MONTH}{YEAR} {PERSONAL}"
    assert holds_eleven_digits("".join(chr(ord(zero) + int(sign)) if sign.isdigit() else sign for sign in number))


@pytest.mark.parametrize(
    "text",
    [
        "01.81.90 12345", "01.81.90\u00a012345", "01/81/90-12345", "01 81 90 123 45", "0181 90 12345", "01.81.1990 12345",
        "01811990-12345", "- 018190\n- 12345", "018190 (12345)", "018190 \u2013 12345", "fnr018190-12345og", "41.81.90 12345",
        "1234.56.78901", "1234 56 78901", "NO93 8601 1117 947", "no9386011117947", "0 1 8 1 9 0 1 2 3 4 5",
        "0-1-8-1-9-0-1-2-3-4-5", "①②⑧①⑨① ①②③④⑤",
    ],
)  # fmt: skip
def test_the_groups_of_a_national_id_and_of_an_account_are_found(text):
    assert holds_eleven_digits(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "22 33 44 55", "Ring 22334455 eller 98765432", "22 33 44 55, 98 76 54 32", "+47 22 33 44 55", "004722334455",
        "01.01.2026 - 31.12.2026", "1.1.2026-1.3.27", "2024\u20132025 100 prosent", "12 345 678 901 kr", "310 000 099",
        "1 2 3 4 5 6 7 8 9 10 11 12", "1 2 3 4 5 6 7 8 9 1 2 3", "kl. 08.00-15.30, 100 kr", "0150 Oslo", "123456789012345",
        "018190 1234", "018190 og 12345", "½ 018190 1234",
    ],
)  # fmt: skip
def test_telephone_numbers_dates_and_sums_are_not(text):
    assert not holds_eleven_digits(text)


@given(
    st.lists(st.text(alphabet=SIGNS, max_size=4), min_size=4, max_size=4),
    st.text(alphabet="abcæøå ", max_size=8),
    st.sampled_from(ZEROS),
)
def test_whatever_stands_between_its_groups_a_number_is_found(between, around, zero):
    groups = ["".join(chr(ord(zero) + int(digit)) for digit in group) for group in (DAY, MONTH, YEAR, "123", "45")]
    written = "".join(part for pair in zip(groups, [*between, ""], strict=True) for part in pair)
    assert holds_eleven_digits(f"{around}{written}{around}")


@given(st.text())
def test_the_plain_text_stays_as_it_is(text):
    assert plain(plain(text)) == plain(text)
    holds_eleven_digits(text)


def test_only_what_stands_between_digits_is_left_out_of_a_number_that_is_asked_for():
    assert joined("01.81.90\u00a0\u201112345") == "01819012345"
    assert joined("01x 2") == "01x2"
    assert joined("٠١") == "٠١"
